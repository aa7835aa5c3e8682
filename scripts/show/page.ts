/** A message as a page close to Discord's look, of the web components of @skyra/discord-components-core. */
import { type Node, readMarkdown } from './markdown.ts';

/** The parts of a message that are drawn, as discord.js and the REST interface write them. */
export interface Message {
  content?: string | null;
  components?: readonly Component[];
}

interface Component {
  type: number;
  content?: string;
  components?: readonly Component[];
  accessory?: Component;
  label?: string;
  style?: number;
  disabled?: boolean;
}

const BUTTONS = ['', 'primary', 'secondary', 'success', 'destructive', 'secondary'];

/** Where the browser finds the modules: paths below node_modules, see serve.ts. */
const MODULES = {
  lit: '/lit/index.js',
  'lit/': '/lit/',
  'lit-html': '/lit-html/lit-html.js',
  'lit-html/': '/lit-html/',
  'lit-element/': '/lit-element/',
  '@lit/context': '/@lit/context/index.js',
  '@lit/reactive-element': '/@lit/reactive-element/reactive-element.js',
  '@lit/reactive-element/': '/@lit/reactive-element/',
};

const STYLE = `
  body { margin: 0; background: #323339; }
  discord-messages { border: 0 !important; min-height: 0 !important; }
  discord-message { font-size: 16px; padding-bottom: 12px; }
  .text { line-height: 1.375; margin: 0 0 8px; overflow-wrap: anywhere; }
  discord-action-row { margin: 0 0 8px; }
  .small { display: block; font-size: 13px; line-height: 1.4; color: #949ba4; }
  .heading { display: block; font-weight: 700; margin: 8px 0 4px; }
  .item { display: block; padding-left: 1.2em; text-indent: -0.9em; }
  .code { display: block; padding: 8px; margin: 4px 0; border: 1px solid #1e1f22; border-radius: 4px; background: #2b2d31; font: 14px 'Noto Sans Mono', monospace; }
`;

/** Both draw without a network: the library's own pictures are on Discord's servers. */
function avatar(letter: string, color: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="80"><rect width="80" height="80" fill="${color}"/><text x="40" y="56" font-family="Noto Sans" font-size="44" fill="#fff" text-anchor="middle">${letter}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/**
 * The page of one message. `document.fonts.ready` and the components' own updates must be awaited before a picture.
 * @param command what was used to ask, shown above the message
 */
export function pageOf({ content, components = [] }: Message, command: string): string {
  const parts = [content ? textBlock(content) : '', ...components.map(componentHtml)];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Message</title><style>${STYLE}</style>
<script type="importmap">${JSON.stringify({ imports: MODULES })}</script>
<script type="module" src="/@skyra/discord-components-core/dist/index.js"></script>
</head><body><discord-messages>
<discord-message author="Verbatim" bot avatar="${avatar('V', '#5865f2')}" timestamp="today">
<discord-command slot="reply" author="Reader" command="${escapeHtml(command)}" avatar="${avatar('R', '#3ba55c')}"></discord-command>
${parts.join('\n')}
</discord-message></discord-messages></body></html>`;
}

function componentHtml(component: Component): string {
  const inner = () => (component.components ?? []).map(componentHtml).join('');
  switch (component.type) {
    case 1:
      return `<discord-action-row>${inner()}</discord-action-row>`;
    case 2:
      return `<discord-button type="${BUTTONS[component.style ?? 2] ?? 'secondary'}"${component.disabled ? ' disabled' : ''}>${escapeHtml(component.label ?? '')}</discord-button>`;
    case 9:
      return `<div>${inner()}${component.accessory ? componentHtml(component.accessory) : ''}</div>`;
    case 10:
      return textBlock(component.content ?? '');
    case 14:
      return '<hr>';
    default:
      return inner();
  }
}

function textBlock(source: string): string {
  return `<div class="text">${nodesHtml(readMarkdown(source))}</div>`;
}

function nodesHtml(nodes: readonly Node[]): string {
  return nodes.map(nodeHtml).join('');
}

function nodeHtml(node: Node): string {
  switch (node.type) {
    case 'text':
      // Not by white-space: pre-wrap, which the components' own templates would inherit.
      return escapeHtml(node.text).replaceAll('\n', '<br>');
    // Plain elements, as the library's own put white space behind their text: a comma would stand apart.
    case 'strong':
      return `<strong>${nodesHtml(node.children)}</strong>`;
    case 'em':
      return `<em>${nodesHtml(node.children)}</em>`;
    case 'underline':
      return `<u>${nodesHtml(node.children)}</u>`;
    case 'strike':
      return `<s>${nodesHtml(node.children)}</s>`;
    case 'spoiler':
      return `<discord-spoiler>${nodesHtml(node.children)}</discord-spoiler>`;
    case 'quote':
      return `<discord-quote>${nodesHtml(node.children)}</discord-quote>`;
    case 'subtext':
      return `<span class="small">${nodesHtml(node.children)}</span>`;
    case 'heading':
      return `<span class="heading" style="font-size: ${[24, 20, 18][node.level - 1]}px">${nodesHtml(node.children)}</span>`;
    case 'item':
      return `<span class="item">${/\d/.test(node.marker) ? node.marker : '•'} ${nodesHtml(node.children)}</span>`;
    case 'link':
      return `<discord-link>${nodesHtml(node.children)}</discord-link>`;
    case 'autolink':
      return `<discord-link>${escapeHtml(node.text)}</discord-link>`;
    case 'code':
      return `<discord-code>${escapeHtml(node.text)}</discord-code>`;
    case 'codeBlock':
      return `<span class="code">${escapeHtml(node.text)}</span>`;
    case 'timestamp':
      return `<discord-time>${escapeHtml(timeOf(node.text))}</discord-time>`;
    case 'mention':
    case 'command':
      return `<discord-mention>${escapeHtml(node.text)}</discord-mention>`;
    case 'emoji':
      return `<discord-code>${escapeHtml(node.text)}</discord-code>`;
  }
}

/** As `<t:…:f>` shows it, in UTC so that pictures do not depend on the machine. */
function timeOf(timestamp: string): string {
  const seconds = Number(timestamp.split(':')[0]);
  return new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(
    seconds * 1000,
  );
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
