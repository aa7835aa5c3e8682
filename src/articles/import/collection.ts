/** The articles that are there already, by their addresses and their texts, so that none is added twice. */
import { createHash } from 'node:crypto';
import type { Article } from '../../values.ts';

/** Parts of addresses that say where a reader came from. */
const TRACKING =
  /^(?:utm_.*|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|ref|ref_src|cmpid|ocid|smid|at_.*)$/i;

/** Finds an article by its address or its text. */
export class Collection {
  readonly #byAddress = new Map<string, Article>();
  readonly #byText = new Map<string, Article>();

  constructor(articles: readonly Article[]) {
    for (const article of articles) this.add(article);
  }

  /** Adds an article, in place of the one of the same file. */
  add(article: Article): void {
    for (const known of [this.#byAddress, this.#byText]) {
      for (const [key, { file }] of known) if (file === article.file) known.delete(key);
    }
    const address = article.url === null ? null : addressKey(article.url);
    if (address !== null && !this.#byAddress.has(address)) this.#byAddress.set(address, article);
    const text = textKey(article);
    if (!this.#byText.has(text)) this.#byText.set(text, article);
  }

  atAddress(address: string): Article | null {
    return this.#byAddress.get(addressKey(address)) ?? null;
  }

  /** The article that is the same, and by what: its canonical address or its text. */
  twinOf(article: Article): { article: Article; by: 'address' | 'text' } | null {
    const atAddress = article.url === null ? null : this.atAddress(article.url);
    if (atAddress !== null) return { article: atAddress, by: 'address' };
    const sameText = this.#byText.get(textKey(article));
    return sameText === undefined ? null : { article: sameText, by: 'text' };
  }
}

/** Addresses of one page: whatever the scheme, "www.", the slash at the end, and where the reader came from. */
export function addressKey(address: string): string {
  const url = new URL(address);
  const query = [...url.searchParams]
    .filter(([name]) => !TRACKING.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const host = url.host.replace(/^www\./, '');
  return `${host}${url.pathname.replace(/\/+$/, '')}?${new URLSearchParams(query)}`;
}

/** Texts with the same letters and figures in their paragraphs are the same text. */
function textKey({ text, paragraphs }: Article): string {
  const letters = paragraphs
    .map(({ start, end }) => text.slice(start, end))
    .join('')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
  return createHash('sha256').update(letters).digest('base64');
}
