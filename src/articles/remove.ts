/** Finds the article that an operator means to remove. */
import path from 'node:path';
import { VerbatimError } from '../errors.ts';
import { readArticles } from './read.ts';

/** An article of the folder, by its file. */
export interface Removable {
  file: string;
  title: string | null;
}

/**
 * Finds an article by its file (below the folder, or as a path on disk; the ending may be left out) or by its title.
 * Files that cannot be read as articles are found by their names.
 * @throws VerbatimError when there is none, or more than one
 */
export async function findArticle(folder: string, name: string): Promise<Removable> {
  const { articles, leftOut } = await readArticles(folder);
  const all: Removable[] = [
    ...articles.map(({ file, title }) => ({ file, title })),
    ...leftOut.map(({ file }) => ({ file, title: null })),
  ];
  const below = path.relative(folder, path.resolve(name)).split(path.sep).join('/');
  const byFile = all.find(({ file }) => file === name || file === below);
  if (byFile !== undefined) return byFile;
  const found = all.filter(
    ({ file, title }) =>
      file.replace(/\.[^.]+$/, '') === name || (title !== null && key(title) === key(name)),
  );
  const [first] = found;
  if (first === undefined) {
    throw new VerbatimError(
      `No article in ${folder} has the file name or title “${name}”; npm run ask, then /sources, lists them.`,
    );
  }
  if (found.length > 1) {
    throw new VerbatimError(
      `“${name}” is ${found.length} articles: name one of the files ${found.map(({ file }) => file).join(', ')}.`,
    );
  }
  return first;
}

function key(title: string): string {
  return title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
