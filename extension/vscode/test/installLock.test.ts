import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';

import {
  type Holder,
  isStale,
  LOCK_TIMES,
  remove,
  takeLock,
  type Watch,
  watched,
} from '../src/server/installLock.ts';
import { install, stopInstalling } from '../src/server/machine.ts';

const CHILD = path.join(import.meta.dirname, 'installChild.ts');
const QUICK = { beatMs: 20, staleMs: 400, pollMs: 10 };
const PATIENT = { ...LOCK_TIMES, staleMs: 60_000, pollMs: 10 };

let folder = '';
let lock = '';
let children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hotseat-lock-'));
  lock = path.join(folder, 'server-x.lock');
});

afterEach(async () => {
  for (const child of children) {
    child.kill('SIGKILL');
  }
  children = [];
  await rm(folder, { recursive: true, force: true });
});

function child(times: object, ...args: string[]): ChildProcess {
  const made = spawn(process.execPath, ['--no-warnings', CHILD, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, LOCK_TIMES: JSON.stringify(times) },
  });
  children.push(made);
  return made;
}

/** The next line that the child says and that matches. */
function said(from: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let all = '';
    from.stdout!.on('data', (chunk: Buffer) => {
      all += chunk.toString();
      const line = all.split('\n').find((one) => pattern.test(one));
      if (line !== undefined) {
        resolve(line);
      }
    });
    from.once('exit', () => reject(new Error(`it ended, and said: ${all}`)));
  });
}

async function left(token: string, content: object | string): Promise<void> {
  await mkdir(lock, { recursive: true });
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  await writeFile(path.join(lock, `${token}.json`), text);
}

function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

function take(times = PATIENT): ReturnType<typeof takeLock> {
  return takeLock(lock, new AbortController().signal, () => true, times);
}

/** How often it had to wait within a while: it was not given the lock. */
async function waits(times = PATIENT): Promise<number> {
  const abort = new AbortController();
  let count = 0;
  const taking = takeLock(
    lock,
    abort.signal,
    () => {
      count += 1;
      if (count === 5) {
        abort.abort();
      }
      return true;
    },
    times,
  );
  await assert.rejects(taking);
  return count;
}

const HERE = { host: 'here', isAlive: (pid: number) => pid === 1, dateMs: 1_000_000 };

function seen(holder: Partial<Holder>, forMs: number): Watch {
  const whole = { token: 'a', pid: 1, host: 'here', touchedMs: 0, ...holder };
  return { holder: whole, sinceMs: 0, lastMs: forMs };
}

test('a lock counts until its process is gone or nothing touched it for ten seconds', () => {
  const stale = (holder: Partial<Holder>, forMs: number): boolean =>
    isStale(seen(holder, forMs), HERE, LOCK_TIMES);
  assert.equal(stale({}, 9_900), false);
  assert.equal(stale({}, 10_000), true);
  assert.equal(stale({ pid: 2 }, 0), true);
  assert.equal(stale({ pid: 2, host: 'there' }, 9_900), false, 'of another host nothing is known');
  assert.equal(stale({ pid: 2, host: 'there' }, 10_000), true);
  assert.equal(stale({ pid: undefined }, 9_900), false);
});

test('an empty folder of an earlier version counts by its age', () => {
  const old = (touchedMs: number): boolean =>
    isStale(
      seen({ token: undefined, pid: undefined, host: undefined, touchedMs }, 0),
      HERE,
      LOCK_TIMES,
    );
  assert.equal(old(HERE.dateMs - 9_000), false);
  assert.equal(old(HERE.dateMs - 11_000), true);
});

test('each touch, and each gap between two looks, begins the wait again', () => {
  const holder = seen({}, 0).holder;
  let watch = watched(undefined, holder, 0, LOCK_TIMES);
  for (let nowMs = 300; nowMs <= 9_000; nowMs += 300) {
    watch = watched(watch, holder, nowMs, LOCK_TIMES);
  }
  assert.equal(watch.sinceMs, 0);
  assert.equal(watched(watch, { ...holder, touchedMs: 1 }, 9_300, LOCK_TIMES).sinceMs, 9_300);
  assert.equal(
    watched(watch, holder, 3_600_000, LOCK_TIMES).sinceMs,
    3_600_000,
    'the machine slept',
  );
});

test('a lock is given back, and leaves nothing', async () => {
  const taken = await take();
  assert.equal(await waits(), 5);
  taken.release();
  (await take()).release();
  assert.deepEqual(await readdir(folder), []);
});

test('a lock whose process is gone is taken over at once', async () => {
  await left('aa', { pid: deadPid(), host: hostname() });
  (await take()).release();
});

test('a process that runs, or one of another host, is waited for', async () => {
  await left('aa', { pid: process.pid, host: hostname() });
  assert.equal(await waits(), 5);
  await left('aa', { pid: deadPid(), host: 'another-host' });
  assert.equal(await waits(), 5);
});

test('a lock that is not touched is taken over', async () => {
  for (const content of [
    { pid: process.pid, host: hostname() },
    { pid: 1, host: 'there' },
    '{"pid',
    '',
  ]) {
    await left('aa', content);
    (await take(QUICK)).release();
  }
});

test('a lock that is touched is not taken over', async () => {
  const taken = await take(QUICK);
  const waited = takeLock(lock, AbortSignal.timeout(QUICK.staleMs * 3), () => true, QUICK);
  await assert.rejects(waited);
  assert.ok(await taken.isHeld());
  taken.release();
});

test('a lock of an earlier version: an old one is taken over, a new one waited for', async () => {
  await mkdir(lock);
  assert.equal(await waits(), 5);
  await utimes(lock, 1, 1);
  (await take({ ...PATIENT, staleMs: 10_000 })).release();
  await writeFile(lock, 'not even a folder');
  await utimes(lock, 1, 1);
  (await take({ ...PATIENT, staleMs: 10_000 })).release();
});

test('the one that comes late takes away only the lock that it found', async () => {
  await left('aa', { pid: deadPid(), host: hostname() });
  const taken = await take();
  // As a window would that looked before, and was suspended until now.
  const found = { token: 'aa', pid: deadPid(), host: hostname(), touchedMs: 0 };
  assert.equal(await remove(lock, found), false);
  assert.ok(await taken.isHeld());
  taken.release();
});

test('a holder whose lock was taken over learns it, and leaves the new one alone', async () => {
  const taken = await take(QUICK);
  await rm(lock, { recursive: true });
  await left('bb', { pid: process.pid, host: hostname() });
  if (!taken.lost.aborted) {
    await new Promise((resolve) => taken.lost.addEventListener('abort', resolve));
  }
  taken.release();
  assert.deepEqual(await readdir(lock), ['bb.json']);
});

for (const [name, leave] of [
  ['of a process that is gone', () => left('aa', { pid: deadPid(), host: hostname() })],
  ['of an earlier version', () => mkdir(lock).then(() => utimes(lock, 1, 1))],
  ['that is not there', async () => undefined],
] as const) {
  test(`of several processes one at a time holds the lock ${name}`, async () => {
    await leave();
    const log = path.join(folder, 'log');
    const all = Array.from({ length: 6 }, () => child(PATIENT, 'lock', lock, log, '40'));
    await Promise.all(all.map((one) => said(one, /ready/)));
    const ends = all.map((one) => new Promise((resolve) => one.once('exit', resolve)));
    for (const one of all) {
      one.stdin!.write('go\n');
    }
    assert.deepEqual(
      await Promise.all(ends),
      all.map(() => 0),
    );
    const lines = (await readFile(log, 'utf8')).trim().split('\n');
    assert.equal(lines.length, 12);
    for (let i = 0; i < lines.length; i += 2) {
      assert.ok(lines[i]!.startsWith('+'));
      assert.equal(lines[i + 1], lines[i]!.replace('+', '-'), lines.join(' '));
    }
  });
}

/** A Python whose pip installs, but waits for the file `go` first; `count` gets a line for each. */
async function python(): Promise<string> {
  const file = path.join(folder, 'python3');
  await writeFile(
    file,
    `#!/bin/sh
for last in "$@"; do :; done
mkdir -p "$last/bin"
cat >"$last/bin/python" <<END
#!/bin/sh
echo x >>"${folder}/count"
while [ ! -e "${folder}/go" ]; do sleep 0.02; done
printf "#!/bin/sh\\n" >"$last/bin/hotseat" && chmod +x "$last/bin/hotseat"
END
chmod +x "$last/bin/python"
`,
  );
  await chmod(file, 0o755);
  return file;
}

async function wheel(): Promise<string> {
  const file = path.join(folder, 'hotseat-0.1.0-py3-none-any.whl');
  await writeFile(file, 'a wheel');
  return file;
}

const STEPS = {
  report: () => undefined,
  log: () => undefined,
  signal: new AbortController().signal,
  waits: () => true,
};

test('a window that is reloaded while it installs keeps no other waiting', async () => {
  const [py, file, storage] = [await python(), await wheel(), path.join(folder, 'storage')];
  const first = child(LOCK_TIMES, 'install', py, file, storage);
  await said(first, /installing the server/);
  const ended = new Promise((resolve) => first.once('exit', resolve));
  first.kill('SIGKILL');
  await ended;
  await writeFile(path.join(folder, 'go'), '');
  const server = await install(py, file, storage, STEPS, PATIENT);
  assert.match(server, /hotseat$/);
  const names = await readdir(storage);
  const environments = names.filter((name) => /^server-[0-9a-f]{16}(-\w+)?$/.test(name));
  assert.equal(environments.length, 1, names.join(' '));
});

test('a window that closes gives the lock back before its installation has ended', async () => {
  const [py, file, storage] = [await python(), await wheel(), path.join(folder, 'storage')];
  const started = new Promise<void>((resolve) => {
    const steps = { ...STEPS, report: (step: string) => void (/engine/.test(step) && resolve()) };
    install(py, file, storage, steps).catch(() => undefined);
  });
  await started;
  const stopped = stopInstalling();
  assert.ok(!(await readdir(storage)).some((name) => name.endsWith('.lock')));
  await stopped;
  assert.deepEqual(await readdir(storage), []);
});

test('a lock is taken from its holder where the user does not want to wait', async () => {
  const holder = await take(QUICK);
  const lost = new Promise((resolve) => holder.lost.addEventListener('abort', resolve));
  let looks = 0;
  const insisting = (): boolean => ++looks < 3;
  const taken = await takeLock(lock, new AbortController().signal, insisting, QUICK);
  await lost;
  assert.equal(await holder.isHeld(), false);
  assert.ok(await taken.isHeld());
  taken.release();
});

test('a window that was suspended while it installed uses what another has installed', async () => {
  const [py, file, storage] = [await python(), await wheel(), path.join(folder, 'storage')];
  const first = child(QUICK, 'install', py, file, storage);
  const made = said(first, /^made /);
  const began = async (times: number): Promise<void> => {
    const count = path.join(folder, 'count');
    while ((await readFile(count, 'utf8').catch(() => '')) !== 'x\n'.repeat(times)) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  await began(1);
  first.kill('SIGSTOP');
  const second = install(py, file, storage, STEPS, QUICK);
  await began(2);
  first.kill('SIGCONT');
  await said(first, /waiting for another window/);
  await writeFile(path.join(folder, 'go'), '');
  assert.equal(await made, `made ${await second}`);
});
