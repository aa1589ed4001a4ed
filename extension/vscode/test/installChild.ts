/** A window of its own for tests: takes the lock or installs, and says on stdout what happens. */

import { appendFileSync } from 'node:fs';

import { takeLock } from '../src/server/installLock.ts';
import { install } from '../src/server/machine.ts';

const [what, ...rest] = process.argv.slice(2);
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const times = JSON.parse(process.env.LOCK_TIMES ?? 'null') ?? undefined;

if (what === 'lock') {
  const [lock, log, holdMs] = rest as [string, string, string];
  say('ready');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  const taken = await takeLock(lock, new AbortController().signal, () => true, times);
  appendFileSync(log, `+${process.pid}\n`);
  await new Promise((resolve) => setTimeout(resolve, Number(holdMs)));
  appendFileSync(log, `-${process.pid}\n`);
  taken.release();
  process.exit(0);
} else {
  const [python, wheel, storage] = rest as [string, string, string];
  const steps = {
    report: say,
    log: () => undefined,
    waits: () => true,
    signal: new AbortController().signal,
  };
  say(`made ${await install(python, wheel, storage, steps, times)}`);
  process.exit(0);
}
