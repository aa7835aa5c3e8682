/** Takes the article out of a page. */
import { Readability } from '@mozilla/readability';
import { VerbatimError } from '../../errors.ts';
import { isProse } from '../clean.ts';
import { type Block, blocksOf, type PageDocument, type PageElement, parsePage } from './dom.ts';
import { type Draft, paragraphLine } from './draft.ts';
import { languageTag, readStated } from './stated.ts';

/** News in brief have some fifty words; error pages, log-ins and pages without text have fewer. */
const MIN_WORDS = 40;
/** Openings of articles for subscribers that the page cuts off are shorter than this. */
const STUB_WORDS = 150;

/** Elements beside the article, by their role or their name in the vocabulary of page layout. */
const BESIDE_ROLES =
  '[role="dialog"], [role="alertdialog"], [role="navigation"], [role="search"], [role="banner"], [role="complementary"], [role="contentinfo"], [aria-modal="true"], nav, aside, footer, form, dialog';
const BESIDE_NAMES =
  /cookie|consent|gdpr|onetrust|didomi|newsletter|paywall|subscribe-|subscription|recommend|most-?(?:read|popular|viewed)|trending|related|read-?(?:more|next|also)|share|social|comments?(?:-|$)|promo|advert|sponsor|breadcrumb|copyright|skip-?link/i;

/** A text with three of these, cookies among them, asks for consent; a report on such requests has its own paragraphs of others. */
const COOKIES = /cookies?\b|ملفات تعريف الارتباط/iu;
const CONSENT = [
  /consent|einwillig|zustimm|موافق/iu,
  /partner|partenaire|vendors?\b|third.part|شركاؤ/iu,
  /privacy|confidentialité|datenschutz|privacidad|خصوصي/iu,
  /preferences?|préférences|settings|paramètres|einstellung|إعدادات/iu,
  /\b(?:accept|accepter|akzeptier|reject|refuser|agree)\b|قبول/iu,
  /advertis|ads\b|publicit|werbung|إعلان/iu,
  /personali[sz]ed|personal data|données personnelles|browsing|your device|votre appareil/iu,
  /\b(?:our|this) (?:web)?site\b|\bwe use\b|nous utilisons|wir verwenden|نستخدم/iu,
];

/** The vocabulary of what stands where an article for subscribers is cut off. */
const PAYWALL =
  /subscribe (?:now |today )?(?:to|and) (?:continue|read|keep|unlock)|to (?:continue|keep) reading|already a subscriber|(?:for|to) subscribers(?: only)?\b|subscribers? only|unlock this article|réservé aux abonnés|il vous reste .{1,20} à (?:lire|découvrir)|nur für abonnenten|للمشتركين/iu;

/**
 * Takes the article out of a page's html.
 * @param address where the page comes from, or null for a file
 * @param stated the Content-Language of its sender
 * @throws VerbatimError with the reason why there is none to take
 */
export function readHtml(html: string, address: string | null, stated: string | null = null): Draft {
  const document = parsePage(html);
  const said = readStated(document, address);
  const everything = blocksOf(document.body);
  if (said.kind === 'list') throw listOf(said.feed);

  removeBeside(document);
  const content = extract(document);
  const blocks = content === null ? [] : blocksOf(content);
  const paragraphs = blocks.filter((block) => isParagraph(block));
  // Teasers are headings and items that are links, or that lead to one.
  const teasers = blocks.filter(
    ({ heading, kind, linked }) => linked > 0.8 && (heading > 0 || kind === 'item'),
  );
  if (teasers.length >= 4 && teasers.length * 2 >= paragraphs.length) throw listOf(said.feed);

  const words = paragraphs.reduce((sum, { text }) => sum + wordCount(text), 0);
  const cutOff =
    said.forSubscribers || everything.some(({ text }) => PAYWALL.test(text) && wordCount(text) < 60);
  if (cutOff && words < STUB_WORDS && words > 0) {
    throw new VerbatimError(
      `its article is for subscribers and the page shows only ${words} words of it: save the whole page with a browser and add the file`,
    );
  }
  if (words < MIN_WORDS) {
    throw new VerbatimError(
      words === 0
        ? 'there is no article on the page'
        : `there is no article on the page, only ${words} words of text`,
    );
  }
  const notes = [...said.notes];
  if (said.forSubscribers)
    notes.push('the page says that it is for subscribers; see whether the text is whole');

  const body: string[] = [];
  const taken = new Map<string, number>();
  for (const block of blocks.slice(blocks.indexOf(paragraphs[0] as Block))) {
    const isHeading = block.heading > 1 && block.linked < 0.5 && block.text !== said.title;
    if (!isHeading && !isParagraph(block)) continue;
    body.push(isHeading ? `## ${paragraphLine(block.text)}` : paragraphLine(block.text));
    taken.set(block.text, (taken.get(block.text) ?? 0) + 1);
  }
  // A heading with nothing below it belongs to what was left out.
  while (body.at(-1)?.startsWith('## ')) body.pop();

  const leftOut = everything
    .map(({ text }) => text)
    .filter((text) => {
      const count = taken.get(text) ?? 0;
      if (count > 0) taken.set(text, count - 1);
      return count === 0 && text !== said.title;
    });
  const text = paragraphs.map((block) => block.text).join(' ');
  return {
    title: said.title,
    publisher: said.publisher,
    author: said.author,
    published: said.published,
    url: said.url,
    language: languageFor(text, [...said.languages, ...[languageTag(stated)].filter((tag) => tag !== null)]),
    retrieved: null,
    body: `${body.join('\n\n')}\n`,
    leftOut,
    notes,
  };
}

function listOf(feed: string | null): VerbatimError {
  const instead = feed === null ? 'add the address of one of them' : `add one of them, or the feed ${feed}`;
  return new VerbatimError(`the page is a list of articles: ${instead}`);
}

/** Whether a block is a paragraph of the article and not of the page's layout. */
function isParagraph({ text, heading, kind, linked }: Block): boolean {
  if (heading > 0 || kind === 'caption' || (kind === 'table' && wordCount(text) < 12)) return false;
  // A paragraph that is one link leads to another article.
  if (linked > 0.8) return false;
  return isProse(paragraphLine(text)) && !asksForConsent(text);
}

function asksForConsent(text: string): boolean {
  return COOKIES.test(text) && CONSENT.filter((pattern) => pattern.test(text)).length >= 3;
}

/** Takes away what stands beside the article, as far as the page names it. */
function removeBeside(document: PageDocument): void {
  const headline = document.querySelector('h1');
  const total = textLength(document.body);
  const removable = (element: PageElement) =>
    (headline === null || !element.contains(headline)) &&
    element.querySelector('[itemprop="articleBody"]') === null &&
    textLength(element) < total / 2;
  for (const element of [...document.querySelectorAll(BESIDE_ROLES)]) {
    if (removable(element)) element.remove();
  }
  for (const element of [...document.querySelectorAll('[class], [id]')]) {
    const name = element.localName.toLowerCase();
    if (!/^(?:div|section|ul|ol|p|span|header|h[2-6]|dl|table)$/.test(name)) continue;
    const names = `${element.getAttribute('id') ?? ''} ${element.getAttribute('class') ?? ''}`;
    if (
      BESIDE_NAMES.test(names) &&
      element.closest('[itemprop="articleBody"] p') === null &&
      removable(element)
    ) {
      element.remove();
    }
  }
}

/** The element that holds the article, or null. */
function extract(document: PageDocument): PageElement | null {
  try {
    const result = new Readability<PageElement>(document as never, {
      // Short news are news: the default of 500 makes it take navigation in to get there.
      charThreshold: 200,
      disableJSONLD: true,
      keepClasses: false,
      serializer: (node) => node as unknown as PageElement,
    }).parse();
    return result?.content ?? null;
  } catch {
    // On trees as no browser would build them Readability stumbles; there is then no article to be found.
    return null;
  }
}

/**
 * The first stated language that the letters of the text do not contradict: templates say "en" above Arabic text.
 */
function languageFor(text: string, languages: readonly string[]): string | null {
  const script = scriptOf(text);
  return languages.find((language) => script === null || scriptsOf(language).includes(script)) ?? null;
}

const SCRIPTS = {
  Latn: /\p{sc=Latn}/gu,
  Arab: /\p{sc=Arab}/gu,
  Cyrl: /\p{sc=Cyrl}/gu,
  Hebr: /\p{sc=Hebr}/gu,
  Grek: /\p{sc=Grek}/gu,
};

/** The script of most letters, where it is one that tells languages apart. */
function scriptOf(text: string): string | null {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  return (
    Object.entries(SCRIPTS).find(([, pattern]) => (text.match(pattern)?.length ?? 0) > letters / 2)?.[0] ??
    null
  );
}

/** The scripts that a language is written in. Those of two scripts (Kurdish, Azerbaijani, Serbian …) may use either. */
function scriptsOf(language: string): string[] {
  const { script, language: base } = new Intl.Locale(language).maximize();
  const either = /^(?:ku|az|sr|uz|kk|ky|tk|tt|ug|pa|sd|ms|bs|tg|ckb|kmr)$/.test(base);
  return either ? Object.keys(SCRIPTS) : [script ?? ''];
}

function textLength(element: PageElement): number {
  return (element.textContent ?? '').length;
}

/** Words of a text; in scripts that do not part them, two letters count as one. */
export function wordCount(text: string): number {
  const wide = text.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/gu)?.length ?? 0;
  const words = text.replace(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]+/gu, ' ');
  return (words.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’.-]*/gu)?.length ?? 0) + Math.ceil(wide / 2);
}
