/**
 * What Discord checks of what a bot sends, from its documentation: lengths are counted in code points. One rule is
 * ours and stricter: every message and every edit must say which mentions it allows.
 */
export type Json = Record<string, unknown>;

/** A broken rule: where, and which. */
export interface Breach {
  at: string;
  rule: string;
}

export const FLAGS = { suppressEmbeds: 1 << 2, ephemeral: 1 << 6, componentsV2: 1 << 15 } as const;

const TYPES = {
  row: 1,
  button: 2,
  select: 3,
  section: 9,
  text: 10,
  thumbnail: 11,
  gallery: 12,
  file: 13,
  separator: 14,
  container: 17,
} as const;

export function codePoints(text: string): number {
  return [...text].length;
}

/** The rules that a whole message breaks; for an edit, the message as it would be afterwards. */
export function breachesOfMessage(message: Json): Breach[] {
  const breaches: Breach[] = [];
  const note = (at: string, rule: string) => breaches.push({ at, rule });
  const flags = Number(message.flags ?? 0);
  const v2 = (flags & FLAGS.componentsV2) !== 0;
  const content = message.content ?? '';
  const embeds = (message.embeds ?? []) as Json[];
  const components = (message.components ?? []) as Json[];
  if (typeof content !== 'string') note('content', 'must be a string');
  else if (codePoints(content) > 2000) note('content', 'at most 2000 characters');
  if (content === '' && embeds.length === 0 && components.length === 0) note('', 'an empty message');
  if (v2 && (content !== '' || embeds.length > 0)) note('', 'no content and no embeds beside components V2');
  checkEmbeds(embeds, note);
  checkComponents(components, v2, note);
  return breaches;
}

/** The rules that what is sent of a message breaks in itself. */
export function breachesOfBody(body: Json, kind: 'send' | 'edit'): Breach[] {
  const breaches: Breach[] = [];
  const allowed = body.allowed_mentions as Json | undefined;
  if (typeof allowed !== 'object' || allowed === null || !Array.isArray(allowed.parse))
    breaches.push({ at: 'allowed_mentions', rule: 'must be given with every send and every edit' });
  const settable =
    FLAGS.suppressEmbeds | FLAGS.componentsV2 | (kind === 'send' ? FLAGS.ephemeral | (1 << 12) : 0);
  if ((Number(body.flags ?? 0) & ~settable) !== 0) breaches.push({ at: 'flags', rule: 'cannot be set here' });
  const nonce = body.nonce;
  if (nonce !== undefined && (typeof nonce === 'string' ? nonce.length > 25 : typeof nonce !== 'number'))
    breaches.push({ at: 'nonce', rule: 'at most 25 characters' });
  return breaches;
}

type Note = (at: string, rule: string) => void;

function checkText(value: unknown, low: number, high: number, at: string, note: Note): number {
  if (value === undefined || value === null) {
    if (low > 0) note(at, 'is required');
    return 0;
  }
  if (typeof value !== 'string') {
    note(at, 'must be a string');
    return 0;
  }
  const size = codePoints(value);
  if (size < low || size > high) note(at, `between ${low} and ${high} characters, not ${size}`);
  return size;
}

function checkUrl(value: unknown, at: string, note: Note): void {
  if (
    typeof value !== 'string' ||
    codePoints(value) > 2048 ||
    !/^(?:https?|discord|attachment):\/\/\S+$/i.test(value)
  )
    note(at, 'must be a well-formed URL of at most 2048 characters');
}

function checkEmbeds(embeds: readonly Json[], note: Note): void {
  if (embeds.length > 10) note('embeds', 'at most 10');
  let total = 0;
  for (const [e, embed] of embeds.entries()) {
    const at = `embeds[${e}]`;
    total += checkText(embed.title, 0, 256, `${at}.title`, note);
    total += checkText(embed.description, 0, 4096, `${at}.description`, note);
    const { footer, author } = embed as { footer?: Json; author?: Json };
    if (footer) total += checkText(footer.text, 1, 2048, `${at}.footer.text`, note);
    if (author) total += checkText(author.name, 1, 256, `${at}.author.name`, note);
    if (embed.url) checkUrl(embed.url, `${at}.url`, note);
    if (author?.url) checkUrl(author.url, `${at}.author.url`, note);
    const fields = (embed.fields ?? []) as Json[];
    if (fields.length > 25) note(`${at}.fields`, 'at most 25');
    for (const [f, field] of fields.entries()) {
      total += checkText(field.name, 1, 256, `${at}.fields[${f}].name`, note);
      total += checkText(field.value, 1, 1024, `${at}.fields[${f}].value`, note);
    }
  }
  if (total > 6000) note('embeds', `at most 6000 characters together, not ${total}`);
}

function checkComponents(components: readonly Json[], v2: boolean, note: Note): void {
  const customIds = new Set<string>();
  let count = 0;
  let text = 0;
  if (!v2 && components.length > 5) note('components', 'at most 5 rows');

  const checkButton = (button: Json, at: string) => {
    count++;
    const style = Number(button.style);
    if (!(style >= 1 && style <= 5)) note(`${at}.style`, 'is required, 1 to 5');
    checkText(button.label, button.emoji ? 0 : 1, 80, `${at}.label`, note);
    if (style === 5) {
      checkUrl(button.url, `${at}.url`, note);
      if (typeof button.url === 'string' && codePoints(button.url) > 512)
        note(`${at}.url`, 'at most 512 characters');
      if (button.custom_id !== undefined) note(`${at}.custom_id`, 'not on a link');
      return;
    }
    if (button.url !== undefined) note(`${at}.url`, 'only on a link');
    checkText(button.custom_id, 1, 100, `${at}.custom_id`, note);
    if (customIds.has(String(button.custom_id))) note(`${at}.custom_id`, 'is there twice');
    customIds.add(String(button.custom_id));
  };

  const checkRow = (row: Json, at: string) => {
    count++;
    const inside = (row.components ?? []) as Json[];
    if (inside.length < 1 || inside.length > 5) note(at, '1 to 5 components in a row');
    for (const [i, one] of inside.entries()) {
      if (one.type === TYPES.button) checkButton(one, `${at}.components[${i}]`);
      else if (one.type === TYPES.select && inside.length === 1) checkSelect(one, `${at}.components[${i}]`);
      else note(`${at}.components[${i}]`, 'buttons, or one select menu');
    }
  };

  const checkSelect = (select: Json, at: string) => {
    count++;
    checkText(select.custom_id, 1, 100, `${at}.custom_id`, note);
    checkText(select.placeholder, 0, 150, `${at}.placeholder`, note);
    const options = (select.options ?? []) as Json[];
    if (options.length < 1 || options.length > 25) note(`${at}.options`, '1 to 25');
    for (const [o, option] of options.entries()) {
      checkText(option.label, 1, 100, `${at}.options[${o}].label`, note);
      checkText(option.value, 1, 100, `${at}.options[${o}].value`, note);
      checkText(option.description, 0, 100, `${at}.options[${o}].description`, note);
    }
  };

  const checkOne = (one: Json, at: string, inContainer: boolean) => {
    if (one.type === TYPES.row) {
      checkRow(one, at);
      return;
    }
    count++;
    if (!v2) {
      note(at, 'only rows without the flag of components V2');
    } else if (one.type === TYPES.text) {
      text += checkText(one.content, 1, 4000, `${at}.content`, note);
    } else if (one.type === TYPES.section) {
      const inside = (one.components ?? []) as Json[];
      if (inside.length < 1 || inside.length > 3) note(at, '1 to 3 texts in a section');
      for (const [i, part] of inside.entries()) {
        count++;
        if (part.type !== TYPES.text) note(`${at}.components[${i}]`, 'only text in a section');
        text += checkText(part.content, 1, 4000, `${at}.components[${i}].content`, note);
      }
      const accessory = one.accessory as Json | undefined;
      if (accessory?.type === TYPES.button) checkButton(accessory, `${at}.accessory`);
      else if (accessory?.type === TYPES.thumbnail) count++;
      else note(`${at}.accessory`, 'is required');
    } else if (one.type === TYPES.container && !inContainer) {
      const inside = (one.components ?? []) as Json[];
      if (inside.length < 1) note(at, 'an empty container');
      for (const [i, part] of inside.entries()) checkOne(part, `${at}.components[${i}]`, true);
    } else if (one.type !== TYPES.separator) {
      note(at, `component type ${one.type} is not known here`);
    }
  };

  for (const [i, one] of components.entries()) checkOne(one, `components[${i}]`, false);
  if (count > 40) note('components', `at most 40 with those inside, not ${count}`);
  if (text > 4000) note('components', `at most 4000 characters of text together, not ${text}`);
}

/** The rules that a list of choices for completing breaks. */
export function breachesOfChoices(choices: unknown): Breach[] {
  const breaches: Breach[] = [];
  const note = (at: string, rule: string) => breaches.push({ at, rule });
  if (!Array.isArray(choices)) return [{ at: 'choices', rule: 'is required' }];
  if (choices.length > 25) note('choices', 'at most 25');
  for (const [c, choice] of choices.entries()) {
    checkText(choice.name, 1, 100, `choices[${c}].name`, note);
    checkText(choice.value, 1, 100, `choices[${c}].value`, note);
  }
  return breaches;
}

/** The rules that a list of commands breaks. */
export function breachesOfCommands(commands: readonly Json[]): Breach[] {
  const breaches: Breach[] = [];
  const note = (at: string, rule: string) => breaches.push({ at, rule });
  const names = new Set<string>();
  for (const [c, command] of commands.entries()) {
    const type = command.type ?? 1;
    const at = `[${c}]`;
    if (names.has(`${type} ${command.name}`)) note(`${at}.name`, 'is there twice');
    names.add(`${type} ${command.name}`);
    if (type === 1) {
      checkName(command.name, `${at}.name`, note);
      checkText(command.description, 1, 100, `${at}.description`, note);
      checkOptions((command.options ?? []) as Json[], at, note);
    } else {
      checkText(command.name, 1, 32, `${at}.name`, note);
      if (command.description || command.options) note(at, 'a menu has no description and no options');
    }
    for (const context of (command.contexts ?? []) as number[]) {
      if (![0, 1, 2].includes(context)) note(`${at}.contexts`, 'is not known');
      const installs = (command.integration_types ?? [0]) as number[];
      if (context === 2 && !installs.includes(1))
        note(`${at}.contexts`, 'private channels need a user install');
    }
    if (codePoints(JSON.stringify(command)) > 8000) note(at, 'is too large');
  }
  return breaches;
}

function checkName(name: unknown, at: string, note: Note): void {
  if (typeof name !== 'string' || !/^[-_'\p{L}\p{N}]{1,32}$/u.test(name) || name !== name.toLowerCase())
    note(at, '1 to 32 lower-case letters and digits');
}

function checkOptions(options: readonly Json[], at: string, note: Note): void {
  if (options.length > 25) note(`${at}.options`, 'at most 25');
  let optional = false;
  for (const [o, option] of options.entries()) {
    const here = `${at}.options[${o}]`;
    checkName(option.name, `${here}.name`, note);
    checkText(option.description, 1, 100, `${here}.description`, note);
    if (option.required && optional) note(here, 'required options come first');
    optional ||= !option.required;
    if (option.autocomplete && (option.type !== 3 || option.choices)) note(here, 'cannot be completed');
    const max = option.max_length as number | undefined;
    if (max !== undefined && !(max >= 1 && max <= 6000)) note(`${here}.max_length`, '1 to 6000');
    checkOptions((option.options ?? []) as Json[], here, note);
  }
}
