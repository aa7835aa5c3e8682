/** Times whole processes from outside, and reads their peak memory. */
import { spawn } from 'node:child_process';
import { ROOT } from '../../src/config.ts';

/** Written to file descriptor 3 when the process ends: Node reports its own peak in kilobytes. */
const REPORT_PEAK = `data:text/javascript,${encodeURIComponent(
  "import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));",
)}`;

/** Runs a TypeScript file with arguments and reports seconds until its first output, its peak memory in MB, and what it printed. */
export async function measureProcess(
  file: string,
  args: readonly string[],
): Promise<{ seconds: number; megabytes: number; output: string }> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--import', 'tsx', '--import', REPORT_PEAK, file, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  let seconds = 0;
  let peak = '';
  child.stdout?.once('data', () => {
    seconds = (performance.now() - started) / 1000;
  });
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += String(chunk);
  });
  child.stdio[3]?.on('data', (chunk) => {
    peak += String(chunk);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`${file} ended with ${code}`);
  return { seconds, megabytes: Number(peak) / 1024, output };
}
