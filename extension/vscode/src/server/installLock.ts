/**
 * The lock under which one window at a time installs the server. Imports no vscode.
 *
 * A folder that holds one file, named by the holder's token, with its process and host. The holder
 * touches the file while it works. A lock counts no more when its process is gone from this host, or
 * when nothing touched it for a while. Folders are put in place, and moved away, by renaming: each
 * step succeeds for one process only. A holder that was suspended finds its file gone, and stops.
 *
 * Earlier versions made an empty folder and nothing else.
 */

import { randomBytes } from 'node:crypto';
import { rmdirSync, unlinkSync } from 'node:fs';
import {
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';

export interface LockTimes {
  /** Between two touches by the holder. */
  beatMs: number;
  /** A lock that was not touched for so long is taken over. */
  staleMs: number;
  /** Between two checks while waiting for the lock. */
  pollMs: number;
}

export const LOCK_TIMES: LockTimes = { beatMs: 1_000, staleMs: 10_000, pollMs: 300 };

/** What a lock says of its holder. */
export interface Holder {
  /** Undefined for a lock of an earlier version. */
  token: string | undefined;
  pid: number | undefined;
  host: string | undefined;
  /** When it was last touched, by the clock of the file system. */
  touchedMs: number;
}

/** A lock that was looked at again and again; times are of a clock that only goes forward. */
export interface Watch {
  holder: Holder;
  /** Since when nothing touched it, as far as was seen. */
  sinceMs: number;
  lastMs: number;
}

export interface Here {
  host: string;
  /** Whether a process of that number runs on this host. */
  isAlive(pid: number): boolean;
  /** The time of day. */
  dateMs: number;
}

/**
 * The next look. Two looks far apart say nothing about the time between them: this process, or the
 * whole machine with the holder, may have been suspended.
 */
export function watched(
  before: Watch | undefined,
  holder: Holder,
  nowMs: number,
  times: LockTimes,
): Watch {
  const goesOn =
    before !== undefined &&
    before.holder.token === holder.token &&
    before.holder.touchedMs === holder.touchedMs &&
    nowMs - before.lastMs < times.staleMs / 2;
  return { holder, sinceMs: goesOn ? before.sinceMs : nowMs, lastMs: nowMs };
}

/** Whether the lock counts no more. Clocks of two hosts are not compared. */
export function isStale(watch: Watch, here: Here, times: LockTimes): boolean {
  const { holder } = watch;
  if (watch.lastMs - watch.sinceMs >= times.staleMs) {
    return true;
  }
  if (holder.token === undefined) {
    return here.dateMs - holder.touchedMs > times.staleMs;
  }
  return holder.pid !== undefined && holder.host === here.host && !here.isAlive(holder.pid);
}

export class InstallLock {
  /** Aborted when another process has taken the lock over. */
  readonly lost: AbortSignal;

  private readonly folder: string;
  private readonly file: string;
  private readonly timer: NodeJS.Timeout;

  constructor(folder: string, token: string, times: LockTimes) {
    this.folder = folder;
    this.file = fileOf(folder, token);
    const lost = new AbortController();
    this.lost = lost.signal;
    this.timer = setInterval(() => {
      const now = new Date();
      utimes(this.file, now, now).catch((error: unknown) => {
        if (isOneOf(error, 'ENOENT', 'ENOTDIR')) {
          clearInterval(this.timer);
          lost.abort(new Error('another window has taken over'));
        }
      });
    }, times.beatMs);
    this.timer.unref();
  }

  /** Touches it. False when another process has taken it over. */
  async isHeld(): Promise<boolean> {
    const now = new Date();
    return utimes(this.file, now, now).then(
      () => true,
      () => false,
    );
  }

  /** Synchronous, for the process may be about to end. A lock that was lost stays as it is. */
  release(): void {
    clearInterval(this.timer);
    try {
      unlinkSync(this.file);
      rmdirSync(this.folder); // an empty folder only: never another's lock
    } catch {
      // It is another's by now, or gone.
    }
  }
}

/**
 * Waits until the lock is this process's. `waiting` is called at each check; the lock is taken from
 * its holder as soon as that returns false. Throws when `signal` aborts or the folder is unusable.
 */
export async function takeLock(
  folder: string,
  signal: AbortSignal,
  waiting: () => boolean,
  times: LockTimes = LOCK_TIMES,
): Promise<InstallLock> {
  let watch: Watch | undefined;
  for (;;) {
    signal.throwIfAborted();
    const holder = await holderOf(folder);
    if (holder === undefined) {
      const token = await create(folder);
      if (token !== undefined) {
        return new InstallLock(folder, token, times);
      }
      watch = undefined;
    } else {
      watch = watched(watch, holder, performance.now(), times);
      const here = { host: hostname(), isAlive, dateMs: Date.now() };
      const isOver = isStale(watch, here, times) || !waiting();
      if (isOver && (await remove(folder, holder))) {
        continue;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, times.pollMs));
  }
}

/** What is left beside a lock for a while: folders moved away, and those never put in place. */
export function isLeftover(name: string): boolean {
  return /\.lock\.(gone|new)-[0-9a-f]+$/.test(name);
}

function fileOf(folder: string, token: string): string {
  return path.join(folder, `${token}.json`);
}

/** Undefined where there is no lock. */
async function holderOf(folder: string): Promise<Holder | undefined> {
  const old = { token: undefined, pid: undefined, host: undefined };
  try {
    const names = await readdir(folder);
    const name = names.find((one) => one.endsWith('.json'));
    if (name === undefined) {
      return { ...old, touchedMs: (await stat(folder)).mtimeMs };
    }
    const file = path.join(folder, name);
    const touchedMs = (await stat(file)).mtimeMs;
    const said = parsed(await readFile(file, 'utf8'));
    return {
      token: path.basename(name, '.json'),
      pid: typeof said.pid === 'number' ? said.pid : undefined,
      host: typeof said.host === 'string' ? said.host : undefined,
      touchedMs,
    };
  } catch (error) {
    if (isOneOf(error, 'ENOTDIR')) {
      const found = await stat(folder).catch(() => undefined);
      return found && { ...old, touchedMs: found.mtimeMs };
    }
    if (isOneOf(error, 'ENOENT')) {
      return undefined; // released between two of these calls, or never there
    }
    throw error;
  }
}

function parsed(text: string): { pid?: unknown; host?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {}; // the disk was full: its touches count, and nothing else
  }
}

/** The token of the new lock; undefined when another process was quicker. */
async function create(folder: string): Promise<string | undefined> {
  const token = randomBytes(8).toString('hex');
  const fresh = `${folder}.new-${token}`;
  await mkdir(fresh);
  try {
    await writeFile(fileOf(fresh, token), JSON.stringify({ pid: process.pid, host: hostname() }));
    await rename(fresh, folder); // fails over a folder that holds a file
    return token;
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (isOneOf(error, 'EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EPERM', 'EACCES', 'EBUSY')) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Takes away the very lock that was found stale; returns whether this process did. Its file has the
 * name of its token, so one who found the same a moment ago, and comes late, finds no such file and
 * leaves the lock that has followed it alone.
 */
export async function remove(folder: string, holder: Holder): Promise<boolean> {
  try {
    if (holder.token === undefined) {
      const isFolder = (await stat(folder)).isDirectory();
      await (isFolder ? rmdir(folder) : unlink(folder)); // never one that holds a token
    } else {
      await unlink(fileOf(folder, holder.token));
      await rmdir(folder).catch(() => undefined); // another may have put its lock there already
    }
    return true;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isOneOf(error, 'ESRCH');
  }
}

function isOneOf(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? '');
}
