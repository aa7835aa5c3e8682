/**
 * What a page states of its article: in JSON-LD, in meta elements, in elements marked as what they are. Nothing is
 * concluded from the address, from a date in the prose or from the day of fetching; where two places of the same
 * rank contradict each other, neither is taken.
 */

import { statedDate } from './dates.ts';
import { cleanText, type PageDocument, type PageElement } from './dom.ts';

export interface Stated {
  title: string | null;
  publisher: string | null;
  author: string | null;
  published: string | null;
  /** The canonical address. */
  url: string | null;
  /** Languages as stated, the most telling first. */
  languages: string[];
  /** Whether the page says that it is an article, that it is a list of articles, or neither. */
  kind: 'article' | 'list' | null;
  /** Whether the page says that its article is for subscribers. */
  forSubscribers: boolean;
  /** The address of the feed that the page names, for a refusal that can say what to add instead. */
  feed: string | null;
  /** Sentences on what was found contradictory. */
  notes: string[];
}

type Json = Record<string, unknown>;

const ARTICLE_TYPE = /(?:Article|Posting)$|^Report$/;
const LIST_TYPE = /^(?:CollectionPage|ItemList|SearchResultsPage)$/;
/** As long as front matter may be (front-matter.ts). */
const MAX_FIELD = 500;
const MAX_ADDRESS = 2000;

/**
 * Reads what a page states.
 * @param address where the page comes from, to resolve relative addresses; null for a file of unknown origin
 */
export function readStated(document: PageDocument, address: string | null): Stated {
  const nodes = jsonLd(document);
  const meta = metaOf(document);
  const notes: string[] = [];
  const canonical = canonicalOf(document, meta, address);
  const article = articleNode(nodes, canonical, [headline(document), meta('og:title')]);
  const languages = [
    textOf(article?.inLanguage, document),
    document.documentElement.getAttribute('lang') ?? document.documentElement.getAttribute('xml:lang'),
    document.querySelector('meta[http-equiv="content-language" i]')?.getAttribute('content') ?? null,
    meta('og:locale'),
  ]
    .map(languageTag)
    .filter((tag) => tag !== null);

  const publisher = field(
    nameOf(article?.publisher, document),
    meta('og:site_name'),
    meta('dc.publisher', 'dcterms.publisher', 'citation_publisher', 'publisher'),
    nameOf(article?.sourceOrganization, document),
    onlyName(nodes, /^(?:WebSite|NewsMediaOrganization)$/, document),
    document.querySelector('[itemprop="publisher"] [itemprop="name"]'),
  );
  return {
    title: titleOf(document, article, meta, publisher),
    publisher,
    author: authorOf(document, article, meta),
    published: publishedOf(document, article, meta, languages[0] ?? null, notes),
    url:
      canonical ??
      webAddress(article?.url ?? idOf(article?.mainEntityOfPage), address) ??
      savedFrom(document),
    languages,
    kind: kindOf(nodes, article, meta),
    forSubscribers:
      isFalse(article?.isAccessibleForFree) ||
      /^(?:locked|metered|premium)$/i.test(meta('article:content_tier') ?? ''),
    feed: webAddress(
      document
        .querySelector(
          'link[rel~="alternate"][type="application/rss+xml"], link[rel~="alternate"][type="application/atom+xml"]',
        )
        ?.getAttribute('href'),
      address,
    ),
    notes,
  };
}

function titleOf(
  document: PageDocument,
  article: Json | null,
  meta: Meta,
  publisher: string | null,
): string | null {
  const candidates = [
    textOf(article?.headline ?? article?.name, document),
    meta('og:title', 'twitter:title', 'dc.title', 'citation_title', 'parsely-title'),
    headline(document),
    cleanText(document.querySelector('head > title, body > title')?.textContent ?? ''),
  ]
    .filter((title) => title !== null && title !== '' && title.length <= MAX_FIELD)
    .map((title) => withoutSite(title as string, publisher));
  const first = candidates[0];
  if (first === undefined) return null;
  // Some systems cut what they put into JSON-LD or meta.
  const start = /^(.{10,}?)\s*(?:…|\.\.\.)$/u.exec(first)?.[1];
  return (
    (start !== undefined ? candidates.find((other) => other !== first && other.startsWith(start)) : first) ??
    first
  );
}

/** "Harbour closed | Example News": the site's name is no part of the title. */
function withoutSite(title: string, publisher: string | null): string {
  if (publisher === null) return title;
  const parts = /^(.+?)\s+[|–—·•»-]\s+([^|–—·•»]+)$/u.exec(title);
  return parts?.[1] !== undefined && same(parts[2] ?? '', publisher) ? parts[1] : title;
}

/** The one heading of the first level that is not the site's name in its header. */
function headline(document: PageDocument): string | null {
  const headings = [...document.querySelectorAll('h1')].filter(
    (heading) => heading.closest('nav, footer, aside') === null,
  );
  const inArticle = headings.filter(
    (heading) => heading.closest('article, main, [itemprop="articleBody"]') !== null,
  );
  const texts = new Set(
    (inArticle.length > 0 ? inArticle : headings)
      .map((heading) => cleanText(heading.textContent ?? ''))
      .filter(Boolean),
  );
  return texts.size === 1 ? ([...texts][0] ?? null) : null;
}

function authorOf(document: PageDocument, article: Json | null, meta: Meta): string | null {
  const marked = [...document.querySelectorAll('[rel~="author"], [itemprop="author"]')]
    .filter((element) => element.closest('aside, footer, nav, [itemprop="comment"]') === null)
    .map((element) => element.querySelector('[itemprop="name"]') ?? element)
    .map((element) => cleanText(element.getAttribute('content') ?? element.textContent ?? ''));
  return (
    field(
      namesOf(article?.author ?? article?.creator, document),
      meta('author', 'article:author', 'dc.creator', 'dcterms.creator', 'citation_author', 'parsely-author'),
      [...new Set(marked)].filter(Boolean).slice(0, 10).join(', '),
    )?.replace(/^by[:\s]\s*/i, '') || null
  );
}

function publishedOf(
  document: PageDocument,
  article: Json | null,
  meta: Meta,
  language: string | null,
  notes: string[],
): string | null {
  const read = (text: string | null) => (text === null ? null : statedDate(text, language));
  const ranks: [string, (string | null)[]][] = [
    ['its JSON-LD', [read(textOf(article?.datePublished, document))]],
    [
      'its meta elements',
      [
        read(
          meta(
            'article:published_time',
            'og:article:published_time',
            'datepublished',
            'dc.date.issued',
            'dcterms.issued',
            'dc.date',
            'dcterms.created',
            'citation_publication_date',
            'citation_date',
            'parsely-pub-date',
            'sailthru.date',
            'pubdate',
            'publishdate',
            'publish-date',
            'date',
          ),
        ),
      ],
    ],
    [
      'its marked dates',
      [...document.querySelectorAll('[itemprop~="datePublished"]')].map((element) => read(timeOf(element))),
    ],
    ['its time elements', timeElements(document).map((element) => read(timeOf(element)))],
  ];
  const stated = ranks
    .map(([where, dates]) => [where, new Set(dates.filter((value) => value !== null))] as const)
    .filter(([, dates]) => dates.size > 0);
  // Two dates of one rank: nobody can tell which is the article's.
  const first = stated[0];
  if (first === undefined) return null;
  if (first[1].size > 1) {
    notes.push(`${first[0]} name several dates (${[...first[1]].join(', ')}), so that none is taken`);
    return null;
  }
  const [value] = first[1] as Set<string>;
  const other = stated.slice(1, 3).find(([, dates]) => dates.size === 1 && !dates.has(value as string));
  if (other !== undefined) {
    notes.push(`${first[0]} say ${value}, but ${other[0]} say ${[...other[1]][0]}; the first is taken`);
  }
  return value ?? null;
}

function timeOf(element: PageElement): string {
  return cleanText(
    element.getAttribute('datetime') ?? element.getAttribute('content') ?? element.textContent ?? '',
  );
}

/**
 * The times that may be the article's: not those of other articles (in lists, links, sidebars and comments), nor
 * those of a change to it. If some say that they are of publication, only these.
 */
function timeElements(document: PageDocument): PageElement[] {
  const within = [...document.querySelectorAll('article')].length === 1 ? 'article time' : 'time';
  const scope = [...document.querySelectorAll(within)];
  const times = (scope.length > 0 ? scope : [...document.querySelectorAll('time')]).filter((time) => {
    if (
      time.closest('nav, aside, footer, a, li, [class*="comment"], [id*="comment"], [class*="related"]') !==
      null
    )
      return false;
    if (time.closest('article')?.parentElement?.closest('article')) return false;
    const own = `${time.getAttribute('itemprop') ?? ''} ${time.getAttribute('class') ?? ''} ${time.parentElement?.getAttribute('class') ?? ''}`;
    if (/modif|updat/i.test(own)) return false;
    const before = textBefore(time);
    return !/(?:updated|modified|edited|mis à jour|actualizado|aktualisiert|aggiornato|تحديث)[^.]{0,12}$/iu.test(
      before,
    );
  });
  const published = times.filter(
    (time) =>
      time.hasAttribute('pubdate') || /publi|posted|entry-date/i.test(time.getAttribute('class') ?? ''),
  );
  return published.length > 0 ? published : times;
}

/** The text of a time's parent in front of it. */
function textBefore(time: PageElement): string {
  let text = '';
  for (const sibling of time.parentElement?.childNodes ?? []) {
    if (sibling === time) break;
    text += sibling.textContent ?? '';
  }
  return cleanText(text).slice(-40);
}

function canonicalOf(document: PageDocument, meta: Meta, address: string | null): string | null {
  const link = document.querySelector('link[rel~="canonical"]')?.getAttribute('href');
  for (const stated of [link, meta('og:url')]) {
    const url = webAddress(stated, address);
    if (url === null) continue;
    // A site that names its front page as the address of every page means nothing by it.
    const front = new URL(url).pathname === '/' && new URL(url).search === '';
    if (front && (address === null || new URL(address).pathname !== '/')) continue;
    return url;
  }
  return null;
}

/** The comment that browsers put into a page they save: its address. */
function savedFrom(document: PageDocument): string | null {
  const COMMENT = 8;
  const comments: string[] = [];
  for (const root of [document, document.documentElement, document.body, document.querySelector('head')]) {
    for (const node of root?.childNodes ?? []) {
      if (node.nodeType === COMMENT) comments.push(node.textContent ?? '');
    }
  }
  for (const comment of comments) {
    const found = /^\s*saved from url=\(\d+\)(https?:\/\/\S+)\s*$/.exec(comment)?.[1];
    if (found !== undefined) return webAddress(found, null);
  }
  return null;
}

function webAddress(value: unknown, base: string | null): string | null {
  if (typeof value !== 'string' || value.trim() === '') return null;
  try {
    const url = new URL(value.trim(), base ?? undefined);
    url.hash = '';
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
    if (url.username !== '' || url.password !== '') return null;
    return url.href.length <= MAX_ADDRESS ? url.href : null;
  } catch {
    return null;
  }
}

function kindOf(nodes: Json[], article: Json | null, meta: Meta): Stated['kind'] {
  if (article !== null || meta('og:type')?.toLowerCase() === 'article') return 'article';
  return nodes.some((node) => typesOf(node).some((type) => LIST_TYPE.test(type))) ? 'list' : null;
}

/** A language tag as front matter takes it, or null: "en_GB" is en-GB. */
export function languageTag(value: string | null): string | null {
  const tag = (value ?? '').split(/[,;]/)[0]?.trim().replaceAll('_', '-') ?? '';
  if (!/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/.test(tag)) return null;
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}

type Meta = (...names: string[]) => string | null;

/** Reads meta elements by name, property or itemprop, the first of the given names that says anything. */
function metaOf(document: PageDocument): Meta {
  const values = new Map<string, string>();
  for (const element of document.querySelectorAll('meta')) {
    const name =
      element.getAttribute('property') ?? element.getAttribute('name') ?? element.getAttribute('itemprop');
    const content = decodeMarkup(element.getAttribute('content') ?? '', document);
    if (name === null || content === '') continue;
    const key = name.trim().toLowerCase();
    const before = values.get(key);
    if (before === undefined) values.set(key, content);
    // Several authors have an element each.
    else if (/author|creator/.test(key) && !before.split(', ').includes(content))
      values.set(key, `${before}, ${content}`);
  }
  return (...names) => names.map((name) => values.get(name)).find((value) => value !== undefined) ?? null;
}

/** The objects of a page's JSON-LD, without those that are only parts of others. */
function jsonLd(document: PageDocument): Json[] {
  const nodes: Json[] = [];
  const collect = (value: unknown, depth: number) => {
    if (depth > 4 || nodes.length > 200) return;
    if (Array.isArray(value)) for (const item of value) collect(item, depth + 1);
    else if (isObject(value)) {
      nodes.push(value);
      collect(value['@graph'], depth + 1);
      collect(value.mainEntity, depth + 1);
    }
  };
  for (const script of document.querySelectorAll('script[type="application/ld+json" i]')) {
    const source = (script.textContent ?? '').replace(
      /^\s*(?:<!--|\/\/\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|\/\/\s*\]\]>|\]\]>)\s*$/g,
      '',
    );
    for (const attempt of [source, source.replace(/\p{Cc}+/gu, ' ').replace(/;\s*$/, '')]) {
      try {
        collect(JSON.parse(attempt), 0);
        break;
      } catch {
        // Line breaks inside strings are a common mistake; anything else is passed over.
      }
    }
  }
  const byId = new Map(nodes.map((node) => [node['@id'], node]));
  // `"publisher": {"@id": "#organization"}` stands for the object of that name.
  return nodes.map((node) =>
    Object.fromEntries(
      Object.entries(node).map(([key, value]) => {
        const resolve = (item: unknown) =>
          isObject(item) && typeof item['@id'] === 'string' && item.name === undefined
            ? (byId.get(item['@id']) ?? item)
            : item;
        return [
          key,
          key.startsWith('@') ? value : Array.isArray(value) ? value.map(resolve) : resolve(value),
        ];
      }),
    ),
  );
}

/** The object that describes the page's article: of several the one with its address or its headline. */
function articleNode(nodes: Json[], canonical: string | null, titles: (string | null)[]): Json | null {
  const articles = nodes.filter((node) => typesOf(node).some((type) => ARTICLE_TYPE.test(type)));
  if (articles.length <= 1) return articles[0] ?? null;
  const address = (node: Json) => [node.url, node['@id'], idOf(node.mainEntityOfPage)];
  return (
    articles.find((node) => canonical !== null && address(node).some((value) => value === canonical)) ??
    articles.find((node) =>
      titles.some(
        (title) => title !== null && typeof node.headline === 'string' && same(title, node.headline),
      ),
    ) ??
    null
  );
}

function typesOf(node: Json): string[] {
  const type = node['@type'];
  return (Array.isArray(type) ? type : [type])
    .filter((value) => typeof value === 'string')
    .map((value) => value.replace(/^.*[/:]/, ''));
}

function idOf(value: unknown): unknown {
  return isObject(value) ? (value['@id'] ?? value.url) : value;
}

function onlyName(nodes: Json[], type: RegExp, document: PageDocument): string | null {
  const names = new Set(
    nodes
      .filter((node) => typesOf(node).some((name) => type.test(name)))
      .map((node) => nameOf(node, document))
      .filter((name) => name !== null),
  );
  return names.size === 1 ? ([...names][0] ?? null) : null;
}

function nameOf(value: unknown, document: PageDocument): string | null {
  const one = Array.isArray(value) ? value[0] : value;
  return textOf(isObject(one) ? one.name : one, document);
}

function namesOf(value: unknown, document: PageDocument): string | null {
  const all = Array.isArray(value) ? value : [value];
  const names = all
    .map((one) => nameOf(one, document))
    .filter((name) => name !== null && !/^https?:/.test(name));
  return [...new Set(names)].slice(0, 20).join(', ') || null;
}

function textOf(value: unknown, document: PageDocument): string | null {
  const one = Array.isArray(value) ? value[0] : value;
  if (isObject(one)) return textOf(one['@value'] ?? one.name, document);
  return typeof one === 'string' ? decodeMarkup(one, document) || null : null;
}

/** Many systems put text with its entities and tags into JSON-LD and meta elements. */
function decodeMarkup(text: string, document: PageDocument): string {
  if (!/[&<]/.test(text)) return cleanText(text);
  const element = document.createElement('div');
  element.innerHTML = text.slice(0, 4 * MAX_ADDRESS);
  return cleanText(element.textContent ?? '');
}

/** The first that says anything, is short enough to be a name, and is not an address. */
function field(...values: (string | PageElement | null)[]): string | null {
  for (const value of values) {
    const text = value === null || typeof value === 'string' ? value : cleanText(value.textContent ?? '');
    if (text !== null && text !== '' && text.length <= MAX_FIELD && !/^https?:\/\//i.test(text)) return text;
  }
  return null;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFalse(value: unknown): boolean {
  return value === false || (typeof value === 'string' && value.toLowerCase() === 'false');
}

function same(a: string, b: string): boolean {
  const key = (text: string) =>
    text
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '');
  return key(a) === key(b);
}
