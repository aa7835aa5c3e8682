/** The closed vocabulary of attribution in English news prose: verbs of saying, and the nouns of those who say. */

/**
 * What has to follow for a verb to attribute.
 * - `says`: nothing, it always does.
 * - `clause`: a that-clause, a question word, a quotation, or the end of what it attributes.
 * - `act`: a speech act with an object: "accused the court of", "urged calm".
 * - `names`: an object and what it is called: "labelled it a threat", "described the deal as".
 */
export type Needs = 'says' | 'clause' | 'act' | 'names';

export interface Verb {
  lemma: string;
  needs: Needs;
  form: 'base' | 's' | 'past' | 'ing';
}

const IRREGULAR: Record<string, string[]> = {
  say: ['says', 'said', 'saying'],
  tell: ['tells', 'told', 'telling'],
  write: ['writes', 'wrote', 'writing', 'written'],
  think: ['thinks', 'thought', 'thinking'],
  feel: ['feels', 'felt', 'feeling'],
  foresee: ['foresees', 'foresaw', 'foreseeing'],
  find: ['finds', 'found', 'finding'],
  show: ['shows', 'showed', 'showing', 'shown'],
  hold: ['holds', 'held', 'holding'],
  swear: ['swears', 'swore', 'swearing'],
  underline: ['underlines', 'underlined', 'underlining'],
  hit: ['hits', 'hit', 'hitting'],
  read: ['reads', 'read', 'reading'],
  put: ['puts', 'put', 'putting'],
};

const LISTS: Record<Needs, string> = {
  says: 'say tell state explain emphasise emphasize stress clarify claim insist announce declare argue assert allege contend caution remark comment reiterate underline underscore complain lament joke quip testify posit opine reckon point_out concede retort counter',
  clause:
    'add note confirm acknowledge admit affirm reaffirm accept suggest indicate reveal report write ask reply respond answer recall repeat maintain mention observe predict estimate believe think hope fear expect feel conclude determine stipulate agree swear vow pledge promise threaten advise propose recommend assure inform notify hint imply disclose boast confess decide show find read laugh sigh shout cry whisper mutter snap tweet post explain_away continue speculate calculate assess assume foresee doubt wonder plead muse recount relate relay exclaim thunder fume rage smile grin shrug say_so',
  act: 'accuse urge warn remind demand condemn criticise criticize denounce reject deny dismiss blame praise welcome deplore decry appeal underline slam blast rebuke chide applaud commend echo question challenge dispute rebut refute express voice vow request reiterate signal oppose',
  names: 'call label brand dub describe characterise characterize term portray hail liken put',
};

/** Every form of every verb of saying. */
export const VERBS: ReadonlyMap<string, Verb> = buildVerbs();

function buildVerbs(): Map<string, Verb> {
  const verbs = new Map<string, Verb>();
  const add = (form: Verb['form'], word: string, lemma: string, needs: Needs) => {
    if (!verbs.has(word)) verbs.set(word, { lemma, needs, form });
  };
  for (const needs of ['says', 'clause', 'act', 'names'] as const) {
    for (const lemma of LISTS[needs].split(' ').filter((word) => !word.includes('_'))) {
      const irregular = IRREGULAR[lemma];
      if (irregular !== undefined) {
        const [s = '', past = '', ing = ''] = irregular;
        add('s', s, lemma, needs);
        add('past', past, lemma, needs);
        add('ing', ing, lemma, needs);
      } else {
        for (const stem of stems(lemma)) {
          add('past', `${stem}ed`, lemma, needs);
          add('ing', `${stem}ing`, lemma, needs);
        }
        add(
          's',
          lemma.endsWith('y') && !/[aeo]y$/.test(lemma)
            ? `${lemma.slice(0, -1)}ies`
            : /(?:s|sh|ch)$/.test(lemma)
              ? `${lemma}es`
              : `${lemma}s`,
          lemma,
          needs,
        );
        if (lemma.endsWith('y') && !/[aeo]y$/.test(lemma))
          add('past', `${lemma.slice(0, -1)}ied`, lemma, needs);
      }
      add('base', lemma, lemma, needs);
    }
  }
  return verbs;
}

/** What "-ed" and "-ing" are put behind: "stat", "admitt", "labell" and "label". */
function stems(lemma: string): string[] {
  if (lemma.endsWith('e')) return [lemma.slice(0, -1)];
  if (/^(?:admit|slam|snap|chat|grin|shrug|dub|rebut)$/.test(lemma)) return [lemma + lemma.at(-1)];
  if (/^(?:label|signal)$/.test(lemma)) return [lemma, lemma + lemma.at(-1)];
  return [lemma];
}

/** Forms that are nouns as often: verbs only where a noun cannot stand. */
export const NOUNS_TOO = new Set(
  'claims claim reports report calls call demands demand comments comment remarks remark notes note states state requests request estimates estimate fears fear hopes hope doubts doubt labels label brands brand terms term questions question answers answer shows show finds posts post signals signal voices voice appeals appeal challenges challenge disputes dispute threatening finding findings feeling feelings warning warnings recording writing readings reading reading'.split(
    ' ',
  ),
);

const words = (list: string) => new Set(list.split(/\s+/));

/** Nouns of people by what they are: heads of titles and of unnamed sources. Singular. */
export const ROLES = words(
  `president premier minister secretary undersecretary chancellor governor mayor deputy vice-president spokesman spokeswoman spokesperson
  spokespeople official officer source aide adviser advisor ambassador envoy diplomat consul commissioner councillor councilor counsellor
  senator congressman congresswoman lawmaker legislator parliamentarian mp pm member representative delegate leader head chief chair chairman chairwoman
  chairperson director manager executive ceo founder owner boss coach captain commander general colonel major lieutenant sergeant admiral
  marshal inspector superintendent constable detective sheriff judge justice magistrate prosecutor lawyer attorney solicitor barrister
  counsel professor doctor dr scientist researcher economist analyst expert historian hydrologist engineer teacher headteacher student
  worker miner driver farmer fisherman beekeeper resident villager witness eyewitness neighbour neighbor mother father son daughter sister brother wife husband
  parent child friend relative survivor victim protester organiser organizer activist campaigner critic opponent supporter trader investor banker
  journalist reporter correspondent editor author writer host presenter anchor moderator king queen prince princess emir sheikh sheik imam
  bishop archbishop pope cardinal rabbi priest reverend pastor monk nun insider negotiator mediator observer monitor inspector auditor treasurer clerk
  person man woman people passenger customer shopkeeper nurse surgeon paramedic firefighter policeman policewoman soldier veteran
  militant rebel fighter cleric scholar publisher secretary-general chief-of-staff whistleblower employee staffer user fan player
  partner colleague contractor developer architect planner ranger pilot sailor skipper keeper gardener chef artist singer actor
  regulator archivist librarian warden curator principal dean rector provost speaker whip regent premier taoiseach chieftain elder`,
);

/** Nouns of bodies that speak. Singular. */
export const BODIES = words(
  `government ministry department office agency authority council court parliament assembly senate congress house cabinet commission
  committee board bureau secretariat delegation embassy consulate police army military navy force command coalition alliance bloc union
  league association federation confederation society foundation trust charity group organisation organization movement party faction
  company firm corporation bank chamber club university institute college school hospital church mosque campaign team crew service
  press-service administration presidency junta regime opposition forum network institution panel inquiry tribunal watchdog regulator
  collective cooperative syndicate bloc state republic kingdom city town county municipality prefecture district region
  garrison militia brigade headquarters palace kremlin factory utility operator carrier airline insurer retailer supplier builder maker developer
  outlet newspaper paper magazine channel broadcaster station daily weekly tribune programme media website portal`,
);

/** What is said, in writing: "a statement from the council", "the report". Singular. */
export const DOCUMENTS = words(
  `statement report letter document petition draft study survey memo memorandum note filing resolution communique communiqué release text
  email e-mail post tweet message article editorial poll review paper assessment notice bulletin declaration manifesto indictment complaint lawsuit
  affidavit ruling verdict speech address interview press-release dossier briefing book memoir column review testimony figures data records minutes statistics stats information`,
);

/** Outlets called by what they are. */
export const OUTLETS = words(
  'outlet newspaper paper magazine channel broadcaster station daily weekly agency website portal programme program radio television tv media network',
);

/** A word that says that a name is an outlet's. */
export const PRESS_NAME =
  /^(?:media|news|newspaper|times|press|post|agency|radio|tv|television|tribune|herald|gazette|journal|chronicle|daily|weekly|observer|monitor|network|channel|review|magazine|wire|broadcasting|mail|mirror|telegraph|guardian|voice|today|online|free|star|echo|courier|dispatch|bulletin|service)$/iu;

/** Who is told and is no outlet. */
export const LISTENERS = words(
  'reporters journalists parliament congress lawmakers senators mps jurors jury court judge colleagues supporters investors viewers listeners police officers members delegates deputies residents parents crowd meeting hearing inquiry inquest panel conference audience voters staff workers people him her them us me you it everyone nobody anyone',
);

/** Honorifics before a name, without their full stop. */
export const HONORIFICS = words(
  'mr mrs ms miss mx dr prof sir dame lord lady sen rep gov gen col maj capt lt sgt adm cmdr cpl rev fr hon sheikh sheik ayatollah imam excellency highness majesty madam mme herr frau señor senor monsieur madame',
);

export const MALE = words(
  'mr sir lord king prince spokesman chairman congressman policeman father son brother husband man fisherman priest bishop herr monsieur sheikh sheik imam ayatollah boy',
);
export const FEMALE = words(
  'mrs ms miss dame lady queen princess spokeswoman chairwoman congresswoman policewoman mother daughter sister wife woman nun frau madame mme madam girl actress',
);

/** Verbs that say something with the words behind them: "point out", "make clear", "go on". */
export const PHRASAL: ReadonlyMap<string, { verb: Verb; behind: readonly string[] }> = new Map(
  (
    [
      ['point points pointed pointing', 'says', ['out']],
      ['make makes made making', 'clause', ['clear', 'it clear', 'plain', 'it plain']],
      ['go goes went', 'clause', ['on']],
      ['hit hits', 'clause', ['back', 'out']],
      ['rule rules ruled ruling', 'act', ['out']],
      ['play plays played playing', 'act', ['down']],
      ['speak speaks spoke', 'act', ['of']],
      ['talk talks talked', 'act', ['of']],
    ] as const
  ).flatMap(([forms, needs, behind]) =>
    forms.split(' ').map((word, k) => {
      const form = (['base', 's', 'past', 'ing'] as const)[k] ?? 'past';
      return [word, { verb: { lemma: word, needs, form }, behind }] as const;
    }),
  ),
);

/** Words that are never part of a name or noun phrase: closed classes. */
export const DETERMINERS = words(
  'the a an this that these those his her its their our my your some many several most all both each every no any another other others few one two three four five six seven eight nine ten dozens hundreds thousands',
);
export const PREPOSITIONS = words(
  'of for from in at with to on against behind near by about after before during under over between among through into within without since until across along around despite following upon amid as per via like than beyond outside inside off above below toward towards throughout concerning regarding',
);
export const AUXILIARIES = words(
  "is are was were be been being am has have had do does did will would can could may might shall should must hasn't haven't hadn't isn't aren't wasn't weren't doesn't don't didn't won't wouldn't can't couldn't shouldn't cannot",
);
export const CONJUNCTIONS = words(
  'and or but nor yet so if unless whether while although though because when where why how which who whom whose what whoever whatever once whereas lest rather',
);
export const PRONOUNS = words(
  'he she they it we i you him them us me himself herself themselves itself who there here nobody noone somebody someone anyone anybody everyone everybody nothing something everything',
);
export const ADVERBS = words(
  'also then later again further once often already even still only just now never not too first instead earlier today yesterday tomorrow tonight meanwhile however moreover furthermore besides thus therefore nevertheless nonetheless otherwise perhaps maybe indeed afterwards since soon overnight elsewhere always sometimes previously simply long much more less very quite back out up down away ago together alone else ever far yes late',
);
/** Points in time that stand between a speaker and the verb, or behind the speaker. */
export const TIMES = words(
  'monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december week month year day morning afternoon evening night today yesterday tomorrow tonight overnight weekend noon midnight hours minutes days weeks months years',
);

/** "in the minister's view" */
export const VIEWS = words('view opinion words telling eyes account assessment judgment judgement');
/** Before "to", these assert what follows: "went on to say", "was quick to add". */
export const ASSERTING_BEFORE_TO = words(
  'on continued continues continue keen quick eager back moved moves sought seeks chose chooses',
);
/** Before a verb of saying: it has not been said ("could say"), or is rarely meant as a statement ("did say"). */
export const UNSAID = words('could may might should must shall can would will do did does');
export const TO_BE = words('is are was were be been being');
/** Those who "heard that": somebody told them, who is not named. */
export const HEARERS = words('court jury jurors inquest tribunal hearing inquiry committee panel meeting');
/** Words that open a clause which is not the sentence's own statement: "which officials say is unsafe". */
export const OPENS_ASIDE = words(
  'which whom that what where if unless whether until before after because since than although though',
);

/** What may follow at once where no "that" does, by lemma: "reported seeing smoke". */
export const TAKE_GERUND = words('report recall recount admit mention');
/** "vowed to answer" */
export const TAKE_INFINITIVE = words(
  'claim vow swear pledge promise threaten agree hope expect propose decide offer',
);
/** "predicted losses" */
export const TAKE_OBJECT = words(
  'promise pledge fear confirm acknowledge admit recommend propose predict foresee expect suggest advise doubt threaten estimate',
);
/** "believes the plan is dead" */
export const TAKE_BARE_CLAUSE = words(
  'note warn confirm acknowledge admit suggest indicate report think believe hope fear expect feel predict reveal estimate mention recall repeat add conclude reply write affirm swear vow accept remember doubt imagine say reckon show find',
);
/** Speech acts with any object that no preposition opens: "expressed his thanks". */
export const TAKE_ANY_OBJECT = words('question express signal request echo');
/** "described the deal as" */
export const NAME_WITH_AS = words('describe characterise characterize portray hail');
/** Claimed without saying anything: "the storm claimed nine lives". */
export const CLAIMED_THINGS = words('life lives victory title place spot seat seats');
