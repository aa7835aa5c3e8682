/** Checks a message against what Discord documents for messages: what it would refuse, in words. */
import { codePoints } from './escape.ts';

/** Characters of all text displays of a message together. */
export const MAX_TEXT = 4000;
/** Components of a message, nested ones included. */
export const MAX_COMPONENTS = 40;
/** Characters of a component's custom id. */
export const MAX_CUSTOM_ID = 100;
/** The flag of a message that is made of components alone. */
export const COMPONENTS_V2 = 1 << 15;

const TYPE = {
  row: 1,
  button: 2,
  stringSelect: 3,
  section: 9,
  text: 10,
  thumbnail: 11,
  gallery: 12,
  file: 13,
  separator: 14,
  container: 17,
} as const;
/** Selects of users, roles, mentionables and channels. */
const OTHER_SELECTS = [5, 6, 7, 8];
const LINK_BUTTON = 5;
const PREMIUM_BUTTON = 6;

const IN_MESSAGE: readonly number[] = [
  TYPE.row,
  TYPE.section,
  TYPE.text,
  TYPE.gallery,
  TYPE.file,
  TYPE.separator,
  TYPE.container,
];
const IN_CONTAINER: readonly number[] = IN_MESSAGE.filter((type) => type !== TYPE.container);
const IN_ROW: readonly number[] = [TYPE.button, TYPE.stringSelect, ...OTHER_SELECTS];

type Fields = Record<string, unknown>;

/**
 * Everything about a message that Discord refuses, a sentence each; empty when it takes it. Lengths are counted
 * in code points. Reads a payload as discord.js takes it (`allowedMentions`) and as the REST interface does
 * (`allowed_mentions`). A message that would let a mention ping counts as refused: ours never may.
 */
export function violations(payload: unknown): string[] {
  if (!isFields(payload)) return ['the message is not an object'];
  const found: string[] = [];
  const v2 = (Number(payload.flags ?? 0) & COMPONENTS_V2) !== 0;
  const components = listOf(payload.components, 'components', found);
  const embeds = listOf(payload.embeds, 'embeds', found);
  const { content } = payload;
  if (content !== undefined && content !== null) text(content, 'content', 0, 2000, found);
  checkMentions(payload.allowedMentions ?? payload.allowed_mentions, found);
  if (v2) {
    if (typeof content === 'string' && content !== '') found.push('content stands beside components v2');
    if (embeds.length > 0) found.push('embeds stand beside components v2');
    if (components.length === 0) found.push('components v2 hold no component');
    for (const other of ['poll', 'stickers', 'sticker_ids']) {
      if (payload[other] !== undefined) found.push(`${other} stands beside components v2`);
    }
  } else {
    const files = Array.isArray(payload.files) ? payload.files : [];
    if (!content && embeds.length + components.length + files.length === 0 && payload.poll === undefined) {
      found.push('the message is empty');
    }
    if (components.length > 5) found.push(`${components.length} action rows, at most 5`);
    checkEmbeds(embeds, found);
  }
  checkComponents(components, v2, found);
  return found;
}

function checkMentions(mentions: unknown, found: string[]): void {
  if (!isFields(mentions)) {
    found.push('allowed mentions are not set');
    return;
  }
  if (!Array.isArray(mentions.parse) || mentions.parse.length > 0)
    found.push('allowed mentions: parse is not empty');
  for (const kind of ['users', 'roles']) {
    const ids = mentions[kind];
    if (Array.isArray(ids) && ids.length > 0) found.push(`allowed mentions: ${kind} are named`);
  }
}

/** What is counted over the whole message. */
interface Totals {
  components: number;
  text: number;
  customIds: Set<string>;
  ids: Set<number>;
}

function checkComponents(components: unknown[], v2: boolean, found: string[]): void {
  const totals: Totals = { components: 0, text: 0, customIds: new Set(), ids: new Set() };
  for (const [i, component] of components.entries()) {
    checkComponent(component, `components[${i}]`, v2 ? IN_MESSAGE : [TYPE.row], totals, found);
  }
  if (totals.components > MAX_COMPONENTS) {
    found.push(`${totals.components} components, at most ${MAX_COMPONENTS}`);
  }
  if (totals.text > MAX_TEXT) found.push(`${totals.text} characters in text displays, at most ${MAX_TEXT}`);
}

function checkComponent(
  component: unknown,
  at: string,
  allowed: readonly number[],
  totals: Totals,
  found: string[],
): void {
  totals.components++;
  if (!isFields(component) || !allowed.includes(component.type as number)) {
    found.push(
      `${at}: a component of type ${isFields(component) ? component.type : '?'} does not belong there`,
    );
    return;
  }
  if (typeof component.id === 'number' && component.id !== 0) {
    if (totals.ids.has(component.id)) found.push(`${at}.id is used twice`);
    totals.ids.add(component.id);
  }
  const inner = (list: unknown, name: string, types: readonly number[], min: number, max: number) => {
    const children = listOf(list, `${at}.${name}`, found);
    if (children.length < min || children.length > max) {
      found.push(`${at}.${name}: ${children.length}, ${min} to ${max} are allowed`);
    }
    for (const [i, child] of children.entries()) {
      checkComponent(child, `${at}.${name}[${i}]`, types, totals, found);
    }
    return children;
  };
  switch (component.type) {
    case TYPE.row: {
      const children = inner(component.components, 'components', IN_ROW, 1, 5);
      const selects = children.filter((child) => isFields(child) && child.type !== TYPE.button);
      if (selects.length > 0 && children.length > 1)
        found.push(`${at}: a select menu is not alone in its row`);
      break;
    }
    case TYPE.section:
      inner(component.components, 'components', [TYPE.text], 1, 3);
      checkComponent(component.accessory, `${at}.accessory`, [TYPE.button, TYPE.thumbnail], totals, found);
      break;
    case TYPE.text:
      text(component.content, `${at}.content`, 1, MAX_TEXT, found);
      if (typeof component.content === 'string') totals.text += codePoints(component.content);
      break;
    case TYPE.separator:
      if (component.spacing !== undefined && component.spacing !== 1 && component.spacing !== 2) {
        found.push(`${at}.spacing is neither 1 nor 2`);
      }
      break;
    case TYPE.container: {
      inner(component.components, 'components', IN_CONTAINER, 1, MAX_COMPONENTS);
      const color = component.accent_color;
      if (color !== undefined && color !== null && !isInteger(color, 0, 0xffffff)) {
        found.push(`${at}.accent_color is no colour`);
      }
      break;
    }
    case TYPE.gallery: {
      const items = listOf(component.items, `${at}.items`, found);
      if (items.length < 1 || items.length > 10)
        found.push(`${at}.items: ${items.length}, 1 to 10 are allowed`);
      break;
    }
    case TYPE.button:
      checkButton(component, at, totals, found);
      break;
    case TYPE.file:
    case TYPE.thumbnail:
      break;
    default:
      checkSelect(component, at, totals, found);
  }
}

function checkButton(button: Fields, at: string, totals: Totals, found: string[]): void {
  if (!isInteger(button.style, 1, 6)) found.push(`${at}.style is none of 1 to 6`);
  if (button.style === PREMIUM_BUTTON) return;
  if (button.label === undefined && button.emoji === undefined)
    found.push(`${at} has neither label nor emoji`);
  if (button.label !== undefined) text(button.label, `${at}.label`, 1, 80, found);
  if (button.style === LINK_BUTTON) {
    text(button.url, `${at}.url`, 1, 512, found);
    if (typeof button.url === 'string' && !/^(?:https?|discord):\/\//.test(button.url))
      found.push(`${at}.url is no address that a button may open`);
    if (button.custom_id !== undefined) found.push(`${at} has an address and a custom id`);
  } else {
    if (button.url !== undefined) found.push(`${at} has an address but is no link`);
    customId(button.custom_id, at, totals, found);
  }
}

function checkSelect(select: Fields, at: string, totals: Totals, found: string[]): void {
  customId(select.custom_id, at, totals, found);
  if (select.placeholder !== undefined) text(select.placeholder, `${at}.placeholder`, 0, 150, found);
  if (select.min_values !== undefined && !isInteger(select.min_values, 0, 25))
    found.push(`${at}.min_values is none of 0 to 25`);
  if (select.max_values !== undefined && !isInteger(select.max_values, 1, 25))
    found.push(`${at}.max_values is none of 1 to 25`);
  if (select.type !== TYPE.stringSelect) return;
  const options = listOf(select.options, `${at}.options`, found);
  if (options.length < 1 || options.length > 25)
    found.push(`${at}.options: ${options.length}, 1 to 25 are allowed`);
  const values = new Set<unknown>();
  for (const [i, option] of options.entries()) {
    const name = `${at}.options[${i}]`;
    if (!isFields(option)) {
      found.push(`${name} is not an object`);
      continue;
    }
    text(option.label, `${name}.label`, 1, 100, found);
    text(option.value, `${name}.value`, 1, 100, found);
    if (option.description !== undefined) text(option.description, `${name}.description`, 0, 100, found);
    if (values.has(option.value)) found.push(`${name}.value is used twice`);
    values.add(option.value);
  }
}

function customId(value: unknown, at: string, totals: Totals, found: string[]): void {
  text(value, `${at}.custom_id`, 1, MAX_CUSTOM_ID, found);
  if (typeof value !== 'string') return;
  if (totals.customIds.has(value)) found.push(`${at}.custom_id is used twice`);
  totals.customIds.add(value);
}

function checkEmbeds(embeds: unknown[], found: string[]): void {
  if (embeds.length > 10) found.push(`${embeds.length} embeds, at most 10`);
  let total = 0;
  for (const [i, embed] of embeds.entries()) {
    const at = `embeds[${i}]`;
    if (!isFields(embed)) {
      found.push(`${at} is not an object`);
      continue;
    }
    const check = (value: unknown, name: string, min: number, max: number) => {
      if (value === undefined || value === null) {
        if (min > 0) found.push(`${at}.${name} is missing`);
        return;
      }
      text(value, `${at}.${name}`, min, max, found);
      total += codePoints(String(value));
    };
    check(embed.title, 'title', 0, 256);
    check(embed.description, 'description', 0, 4096);
    if (isFields(embed.author)) check(embed.author.name, 'author.name', 1, 256);
    if (isFields(embed.footer)) check(embed.footer.text, 'footer.text', 1, 2048);
    const fields = listOf(embed.fields, `${at}.fields`, found);
    if (fields.length > 25) found.push(`${at}.fields: ${fields.length}, at most 25`);
    for (const [j, field] of fields.entries()) {
      check(isFields(field) ? field.name : undefined, `fields[${j}].name`, 1, 256);
      check(isFields(field) ? field.value : undefined, `fields[${j}].value`, 1, 1024);
    }
  }
  if (total > 6000) found.push(`${total} characters in embeds, at most 6000`);
}

function text(value: unknown, at: string, min: number, max: number, found: string[]): void {
  if (typeof value !== 'string') {
    found.push(`${at} is not text`);
    return;
  }
  const length = codePoints(value);
  if (length > max) found.push(`${at}: ${length} characters, at most ${max}`);
  // Discord cuts white space off at the ends before it counts.
  if (min > 0 && value.trim() === '') found.push(`${at} is empty`);
  if (/\p{Cs}/u.test(value)) found.push(`${at} holds half a character`);
}

function listOf(value: unknown, at: string, found: string[]): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  found.push(`${at} is not a list`);
  return [];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isInteger(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}
