/** The speakers of the index in use, read once for each revision: completing a name must take a few milliseconds. */
import { listSpeakers, type SpeakerDirectory } from '../answer/speakers.ts';
import type { PassageIndex } from '../index/store.ts';

const directories = new WeakMap<PassageIndex, Promise<SpeakerDirectory>>();

export function speakersOf(index: PassageIndex): Promise<SpeakerDirectory> {
  const known = directories.get(index);
  if (known !== undefined) return known;
  const directory = listSpeakers(index);
  directories.set(index, directory);
  // A failure is told to whoever waits for it, and tried again for the next.
  directory.catch(() => directories.delete(index));
  return directory;
}
