/** Names the code that makes passages of files, so that a cut made by other code is never taken for its own. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const SOURCE = path.resolve(import.meta.dirname, '..');
const FOLDERS = ['articles', 'passages', 'models'];

/**
 * A hash of everything that decides how an article is read and cut but the article and the model: our source,
 * the versions of the packages, and Unicode's. It changes more often than it must, which costs a few seconds
 * of reading anew; a number to raise by hand would be forgotten.
 */
export async function cuttingCode(): Promise<string> {
  const hash = createHash('sha256').update(process.versions.unicode ?? '');
  const folders = await Promise.all(
    FOLDERS.map(async (folder) =>
      (await readdir(path.join(SOURCE, folder)))
        .filter((name) => /\.[jt]s$/.test(name))
        .sort()
        .map((name) => path.join(SOURCE, folder, name)),
    ),
  );
  const files = folders.flat();
  const sources = await Promise.all(files.map((file) => readFile(file)));
  for (const [i, source] of sources.entries()) hash.update(path.basename(files[i] as string)).update(source);
  hash.update(await readFile(path.join(SOURCE, '../package-lock.json')).catch(() => ''));
  return hash.digest('hex').slice(0, 16);
}
