/** What is on this machine: programs in PATH, Pythons, the private environment. Imports no vscode. */

import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  access,
  constants,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

import { downloadsForbiddenBy, userRoster } from '../pure/network.ts';
import {
  type Found,
  type FoundPython,
  lacksEmbedded,
  pythonVersion,
} from '../pure/serverChoice.ts';
import {
  type InstallLock,
  isLeftover,
  LOCK_TIMES,
  type LockTimes,
  takeLock,
} from './installLock.ts';

const WINDOWS = process.platform === 'win32';
const PYTHONS = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python'];
/** Written when all is installed, and touched at every start. */
const READY = 'ready.txt';
const UNUSED_AFTER_MS = 7 * 24 * 3600 * 1000;
const ENVIRONMENT = /^server-[0-9a-f]{16}(-\w+)?$/;
const LEFTOVER_AFTER_MS = 3600 * 1000;

export interface Places {
  /** `hotseat.serverPath` and `hotseat.pythonPath`; empty: not set. */
  serverPath: string;
  pythonPath: string;
  /** The folder in the extension that holds the wheel. */
  wheels: string;
  /** Where private environments are kept. */
  storage: string;
}

/** Looks for a Python only where one may be needed: starting each takes its time. */
export async function look(places: Places): Promise<Found> {
  const configured = places.serverPath;
  const configuredRuns = configured !== '' && (await runs(configured));
  const onPath = configured ? undefined : await inPath('hotseat');
  const wheel = await wheelIn(places.wheels);
  const inPrivateEnvironment =
    wheel && (await readyServer(places.storage, await nameFor(wheel)))?.server;
  const decided = configured || onPath || inPrivateEnvironment || !wheel;
  const pythons = decided ? [] : await findPythons(places.pythonPath);
  const noDownloads = decided ? undefined : await downloadsForbidden();
  return { configured, configuredRuns, onPath, inPrivateEnvironment, pythons, wheel, noDownloads };
}

/** Read at each look, as the user may change it. A file that cannot be read forbids downloads. */
async function downloadsForbidden(): Promise<string | undefined> {
  const file = userRoster(process.env, homedir(), process.platform);
  let text = '';
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      return 'an experts.yaml that cannot be read';
    }
  }
  return downloadsForbiddenBy(process.env.HOTSEAT_NETWORK, text);
}

async function runs(file: string): Promise<boolean> {
  try {
    await access(file, WINDOWS ? constants.F_OK : constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

async function inPath(name: string): Promise<string | undefined> {
  const names = WINDOWS ? [`${name}.exe`] : [name];
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    for (const candidate of names) {
      // A relative entry of PATH would be looked up in the workspace.
      if (path.isAbsolute(folder) && (await runs(path.join(folder, candidate)))) {
        return path.join(folder, candidate);
      }
    }
  }
  return undefined;
}

async function wheelIn(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  const wheel = names
    .filter((name) => /^hotseat-.*\.whl$/.test(name))
    .sort()
    .at(-1);
  return wheel && path.join(folder, wheel);
}

/**
 * How the folders of its environments begin, by the wheel's content: an update of the extension
 * brings an environment of its own.
 */
async function nameFor(wheel: string): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(wheel))
    .digest('hex');
  return `server-${digest.slice(0, 16)}`;
}

/** Each attempt to install makes a folder of its own; those of earlier versions had no suffix. */
async function environmentsOf(storage: string, name: string): Promise<string[]> {
  const names = await readdir(storage).catch(() => []);
  return names
    .filter((one) => one === name || (one.startsWith(`${name}-`) && ENVIRONMENT.test(one)))
    .sort()
    .map((one) => path.join(storage, one));
}

function program(environment: string, name: string): string {
  return path.join(environment, WINDOWS ? 'Scripts' : 'bin', WINDOWS ? `${name}.exe` : name);
}

/** The first environment that is complete. */
async function readyServer(
  storage: string,
  name: string,
): Promise<{ server: string; environment: string } | undefined> {
  for (const environment of await environmentsOf(storage, name)) {
    const server = program(environment, 'hotseat');
    const ready = path.join(environment, READY);
    if ((await runs(server)) && (await isFile(ready))) {
      const now = new Date();
      await utimes(ready, now, now).catch(() => undefined);
      return { server, environment };
    }
  }
  return undefined;
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function findPythons(configured: string): Promise<FoundPython[]> {
  const found: FoundPython[] = [];
  for (const name of configured ? [configured] : PYTHONS) {
    const python = path.isAbsolute(name) ? name : await inPath(name);
    const version = python && (await versionOf(python));
    if (version) {
      found.push({ path: python, version });
    }
  }
  return found;
}

function versionOf(python: string): Promise<readonly [number, number] | undefined> {
  const code = 'import sys; print("%d.%d" % sys.version_info[:2])';
  return new Promise((resolve) => {
    execFile(python, ['-I', '-c', code], { timeout: 10_000 }, (error, printed) =>
      resolve(error ? undefined : pythonVersion(printed)),
    );
  });
}

/** `text` is what venv or pip printed; `folder` where it was to go. */
export class InstallError extends Error {
  readonly text: string;
  readonly folder: string;

  constructor(text: string, folder: string) {
    super(text);
    this.text = text;
    this.folder = folder;
  }
}

export interface InstallSteps {
  report(step: string): void;
  /** Called at each look while another window installs; false takes the lock from it. */
  waits(): boolean;
  log(line: string): void;
  signal: AbortSignal;
}

/** What this process is installing, and how to end it. */
const installing = new Map<Promise<unknown>, AbortController>();
const held = new Set<InstallLock>();

/** Ends what is being installed: the window closes. Locks are gone when it returns, without waiting. */
export async function stopInstalling(): Promise<void> {
  for (const abort of installing.values()) {
    abort.abort();
  }
  for (const lock of held) {
    lock.release();
  }
  await Promise.allSettled(installing.keys());
}

/**
 * Make the private environment and put the wheel into it; returns its `hotseat`. When another
 * window does the same, waits for that, and takes over from one that is gone. Throws InstallError.
 * An installation that was not finished is made again the next time, in another folder.
 */
export async function install(
  python: string,
  wheel: string,
  storage: string,
  steps: InstallSteps,
  times: LockTimes = LOCK_TIMES,
): Promise<string> {
  const abort = new AbortController();
  const signal = AbortSignal.any([steps.signal, abort.signal]);
  const running = installLocked(python, wheel, storage, { ...steps, signal }, times);
  installing.set(running, abort);
  try {
    return await running;
  } finally {
    installing.delete(running);
  }
}

async function installLocked(
  python: string,
  wheel: string,
  storage: string,
  steps: InstallSteps,
  times: LockTimes,
): Promise<string> {
  const name = await nameFor(wheel);
  const waiting = (): boolean => {
    steps.report('waiting for another window that installs it');
    return steps.waits();
  };
  for (;;) {
    let lock: InstallLock;
    try {
      await mkdir(storage, { recursive: true });
      lock = await takeLock(path.join(storage, `${name}.lock`), steps.signal, waiting, times);
    } catch (error) {
      throw new InstallError(String(error), storage);
    }
    held.add(lock);
    const signal = AbortSignal.any([steps.signal, lock.lost]);
    try {
      const made = await readyServer(storage, name);
      const environment =
        made?.environment ??
        (await make(python, wheel, path.join(storage, `${name}-`), { ...steps, signal }));
      if (await lock.isHeld()) {
        await removeUnused(storage, name, environment);
      }
      return program(environment, 'hotseat');
    } catch (error) {
      // It was suspended so long that another window took over: that one's server will do.
      if (!lock.lost.aborted || steps.signal.aborted) {
        throw error;
      }
    } finally {
      lock.release();
      held.delete(lock);
    }
  }
}

/** A complete environment, in a folder of this attempt's own that begins with `prefix`. */
async function make(
  python: string,
  wheel: string,
  prefix: string,
  steps: InstallSteps,
): Promise<string> {
  const environment = await mkdtemp(prefix);
  try {
    await fill(python, wheel, environment, steps);
    steps.signal.throwIfAborted();
    await writeFile(path.join(environment, READY), `${path.basename(wheel)}\n`);
    return environment;
  } catch (error) {
    await rm(environment, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}

async function fill(
  python: string,
  wheel: string,
  environment: string,
  steps: InstallSteps,
): Promise<void> {
  const run = (command: string, args: string[]): Promise<void> =>
    runToEnd(command, args, environment, steps);
  steps.report('making an environment');
  await run(python, ['-I', '-m', 'venv', '--clear', environment]);
  const pip = ['-I', '-m', 'pip', 'install', '--disable-pip-version-check', '--no-input'];
  const inside = program(environment, 'python');
  steps.report('installing the server and its engine');
  try {
    await run(inside, [...pip, `${wheel}[embedded]`]);
  } catch (error) {
    const without = error instanceof InstallError && lacksEmbedded(error.text);
    if (steps.signal.aborted || !without) {
      throw error;
    }
    // No build of the embedded engine for this machine: Ollama does as well.
    steps.report('installing the server, for use with Ollama');
    await run(inside, [...pip, wheel]);
  }
}

/**
 * Those of other versions; one that a window which was not reloaded may still run is left. And what
 * attempts that were killed have left; one that still runs has lost the lock, and stops by itself.
 */
async function removeUnused(storage: string, name: string, inUse: string): Promise<void> {
  const ofThis = new Set(await environmentsOf(storage, name));
  for (const one of await readdir(storage).catch(() => [])) {
    const found = path.join(storage, one);
    let isUnused = false;
    if (isLeftover(one)) {
      isUnused = (await ageMs(found)) > LEFTOVER_AFTER_MS;
    } else if (ENVIRONMENT.test(one) && found !== inUse) {
      const used = path.join(found, READY);
      const isReady = await isFile(used);
      isUnused =
        (!isReady && ofThis.has(found)) || (await ageMs(isReady ? used : found)) > UNUSED_AFTER_MS;
    }
    if (isUnused) {
      await rm(found, { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

/** Since it was last written; 0 where nothing is. */
async function ageMs(file: string): Promise<number> {
  return stat(file).then(
    (found) => Date.now() - found.mtimeMs,
    () => 0,
  );
}

function runToEnd(
  command: string,
  args: string[],
  folder: string,
  steps: InstallSteps,
): Promise<void> {
  steps.log(`$ ${[command, ...args].join(' ')}`);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { signal: steps.signal, stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    const take = (chunk: Buffer): void => {
      printed = (printed + chunk.toString()).slice(-20_000);
      steps.log(chunk.toString().trimEnd());
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', (error) => {
      printed += String(error);
      if (child.pid === undefined) {
        reject(new InstallError(printed, folder));
      }
    });
    // Also after it was aborted: until then it writes into the folder.
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new InstallError(printed, folder)),
    );
  });
}
