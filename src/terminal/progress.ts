/** Progress of long work: a bar with rate and time left on a terminal, a plain line now and then elsewhere. */
import cliProgress from 'cli-progress';
import type { Progress } from '../index/build.ts';

/** Between two lines when standard error is not a terminal. */
const LINE_EVERY_MS = 5000;

/** Shows progress on standard error, so that standard output holds results alone. */
export class ProgressDisplay {
  readonly #what: string;
  #bar: cliProgress.SingleBar | null = null;
  #started = 0;
  #shownAt = 0;

  /** @param what names the things counted, e.g. "passages" */
  constructor(what: string) {
    this.#what = what;
  }

  update({ done, total }: Progress): void {
    const now = performance.now();
    if (this.#started === 0) {
      this.#started = this.#shownAt = now;
      if (process.stderr.isTTY) this.#startBar(total);
    }
    const rate = done / Math.max(0.001, (now - this.#started) / 1000);
    const left = rate > 0 ? Math.ceil((total - done) / rate) : 0;
    if (this.#bar !== null) {
      this.#bar.update(done, { rate: rate.toFixed(0), left: seconds(left) });
      if (done >= total) this.stop();
    } else if (now - this.#shownAt >= LINE_EVERY_MS && done < total) {
      this.#shownAt = now;
      process.stderr.write(
        `${done} of ${total} ${this.#what}, ${rate.toFixed(0)} a second, ${seconds(left)} left\n`,
      );
    }
  }

  /** Leaves the terminal as it was; safe to call more than once. */
  stop(): void {
    this.#bar?.stop();
    this.#bar = null;
  }

  #startBar(total: number): void {
    this.#bar = new cliProgress.SingleBar(
      {
        format: `  {bar} {percentage}% · {value}/{total} ${this.#what} · {rate}/s · {left} left`,
        formatBar: cliProgress.Format.BarFormat,
        hideCursor: true,
        clearOnComplete: true,
        barsize: 24,
        stopOnComplete: false,
      },
      cliProgress.Presets.shades_classic,
    );
    this.#bar.start(total, 0, { rate: '0', left: '…' });
  }
}

function seconds(count: number): string {
  return count < 60 ? `${count} s` : `${Math.floor(count / 60)} min ${count % 60} s`;
}
