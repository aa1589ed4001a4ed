/** What is on this machine: programs in PATH, Pythons, the private environment. Imports no vscode. */

import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  access,
  constants,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';

import {
  type Found,
  type FoundPython,
  lacksEmbedded,
  pythonVersion,
} from '../pure/serverChoice.ts';

const WINDOWS = process.platform === 'win32';
const PYTHONS = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python'];
/** Written when all is installed, and touched at every start. */
const READY = 'ready.txt';
const UNUSED_AFTER_MS = 7 * 24 * 3600 * 1000;
const LOCK_COUNTS_MS = 15 * 60 * 1000;
const POLL_MS = 300;

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
  const environment = wheel && (await environmentFor(places.storage, wheel));
  const inPrivateEnvironment = environment && (await readyServer(environment));
  const decided = configured || onPath || inPrivateEnvironment || !wheel;
  const pythons = decided ? [] : await findPythons(places.pythonPath);
  return { configured, configuredRuns, onPath, inPrivateEnvironment, pythons, wheel };
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

/** Named by the wheel's content: an update of the extension brings an environment of its own. */
async function environmentFor(storage: string, wheel: string): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(wheel))
    .digest('hex');
  return path.join(storage, `server-${digest.slice(0, 16)}`);
}

function program(environment: string, name: string): string {
  return path.join(environment, WINDOWS ? 'Scripts' : 'bin', WINDOWS ? `${name}.exe` : name);
}

async function readyServer(environment: string): Promise<string | undefined> {
  const server = program(environment, 'hotseat');
  const ready = path.join(environment, READY);
  if (!(await runs(server)) || !(await isFile(ready))) {
    return undefined;
  }
  const now = new Date();
  await utimes(ready, now, now).catch(() => undefined);
  return server;
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
  log(line: string): void;
  signal: AbortSignal;
}

/**
 * Make the private environment and put the wheel into it; returns its `hotseat`. When another
 * window does the same, waits for that. Throws InstallError. What was begun and not finished is
 * made anew the next time.
 */
export async function install(
  python: string,
  wheel: string,
  storage: string,
  steps: InstallSteps,
): Promise<string> {
  const environment = await environmentFor(storage, wheel);
  const lock = `${environment}.lock`;
  try {
    await mkdir(storage, { recursive: true });
    await takeLock(lock, steps);
  } catch (error) {
    throw new InstallError(String(error), storage);
  }
  try {
    const made = await readyServer(environment);
    return made ?? (await make(python, wheel, environment, steps));
  } finally {
    await rm(lock, { recursive: true, force: true });
    await removeUnused(storage, environment);
  }
}

/** A folder is made by one process only. Left by one that was killed, it counts no more. */
async function takeLock(lock: string, steps: InstallSteps): Promise<void> {
  for (;;) {
    steps.signal.throwIfAborted();
    try {
      await mkdir(lock);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw error;
      }
    }
    if ((await ageMs(lock)) > LOCK_COUNTS_MS) {
      await rm(lock, { recursive: true, force: true });
    } else {
      steps.report('waiting for another window that installs it');
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}

async function make(
  python: string,
  wheel: string,
  environment: string,
  steps: InstallSteps,
): Promise<string> {
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
  await writeFile(path.join(environment, READY), `${path.basename(wheel)}\n`);
  return program(environment, 'hotseat');
}

/** Those of other versions; one that a window which was not reloaded may still run is left. */
async function removeUnused(storage: string, inUse: string): Promise<void> {
  for (const name of await readdir(storage).catch(() => [])) {
    const environment = path.join(storage, name);
    const isOurs = /^server-[0-9a-f]{16}$/.test(name) && environment !== inUse;
    const used = path.join(environment, READY);
    if (isOurs && (await ageMs((await isFile(used)) ? used : environment)) > UNUSED_AFTER_MS) {
      await rm(environment, { recursive: true, force: true });
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
    child.on('error', (error) => reject(new InstallError(String(error), folder)));
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new InstallError(printed, folder)),
    );
  });
}
