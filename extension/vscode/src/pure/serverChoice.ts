/**
 * Which server is started, decided from what was found on the machine. Finds nothing itself, and
 * runs nothing.
 */

export const MIN_PYTHON: readonly [number, number] = [3, 11];

export interface FoundPython {
  path: string;
  version: readonly [number, number];
}

/** What is on the machine. */
export interface Found {
  /** `hotseat.serverPath`; empty: not set. */
  configured: string;
  /** Whether `configured` is a file that can be run. */
  configuredRuns: boolean;
  /** `hotseat` in PATH. */
  onPath: string | undefined;
  /** The private environment's `hotseat`, of the wheel that this extension carries. */
  inPrivateEnvironment: string | undefined;
  pythons: readonly FoundPython[];
  /** The wheel in the extension's folder. */
  wheel: string | undefined;
  /** What forbids downloads; undefined if they are allowed. */
  noDownloads: string | undefined;
}

/** What went wrong, and what the user can do. */
export interface Trouble {
  message: string;
  hint: string;
}

export type Choice =
  | { kind: 'run'; command: string; origin: 'setting' | 'path' | 'private' }
  | { kind: 'install'; python: string; wheel: string }
  | ({ kind: 'stuck' } & Trouble);

export function chooseServer(found: Found): Choice {
  if (found.configured) {
    return found.configuredRuns
      ? { kind: 'run', command: found.configured, origin: 'setting' }
      : stuck(
          `"hotseat.serverPath" names ${found.configured}, which is not a program.`,
          'Correct the setting, or clear it: Hotseat then finds or installs the server by itself.',
        );
  }
  if (found.onPath) {
    return { kind: 'run', command: found.onPath, origin: 'path' };
  }
  if (found.inPrivateEnvironment) {
    return { kind: 'run', command: found.inPrivateEnvironment, origin: 'private' };
  }
  if (!found.wheel) {
    return stuck(
      'There is no `hotseat` in PATH, and this build of the extension carries no server.',
      'Install the server with pip, or set "hotseat.serverPath".',
    );
  }
  if (found.noDownloads) {
    return stuck(
      `The server is not installed, because ${found.noDownloads} forbids downloads.`,
      'Install the server with pip yourself, or allow downloads there, then run "Hotseat: Restart Server".',
    );
  }
  const python = found.pythons.find((candidate) => isRecent(candidate.version));
  if (python) {
    return { kind: 'install', python: python.path, wheel: found.wheel };
  }
  const wanted = MIN_PYTHON.join('.');
  const old = found.pythons[0];
  return old
    ? stuck(
        `Hotseat needs Python ${wanted} or later; ${old.path} is ${old.version.join('.')}.`,
        `Install a newer Python, or name one in "hotseat.pythonPath".`,
      )
    : stuck(
        `Hotseat needs Python ${wanted} or later, and found none.`,
        'Install Python, or name one in "hotseat.pythonPath".',
      );
}

function stuck(message: string, hint: string): Choice {
  return { kind: 'stuck', message, hint };
}

function isRecent([major, minor]: readonly [number, number]): boolean {
  return major > MIN_PYTHON[0] || (major === MIN_PYTHON[0] && minor >= MIN_PYTHON[1]);
}

/** `3.12` out of what `python -c` printed; undefined for anything else. */
export function pythonVersion(printed: string): readonly [number, number] | undefined {
  const match = /^(\d+)\.(\d+)\s*$/.exec(printed);
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

const UNREACHABLE =
  /name resolution|resolve host|getaddrinfo|connection (refused|reset|timed out|aborted)|network is unreachable|newconnectionerror|max retries|proxyerror/i;
/** The package that has builds for some machines only. */
const EMBEDDED = 'xllamacpp';

/** Where pip is configured not to retry, it does not report network errors: it finds no versions. */
function isOffline(output: string): boolean {
  const missing = /requirement (\S+?)[\s=<>!~].*\(from versions: none\)/.exec(output)?.[1];
  return UNREACHABLE.test(output) || (missing !== undefined && missing !== EMBEDDED);
}

/** Whether what pip printed means that only the embedded engine cannot be had for this machine. */
export function lacksEmbedded(output: string): boolean {
  return output.includes(EMBEDDED) && !isOffline(output) && !/no space left|errno 28/i.test(output);
}

/** Why making the private environment failed, out of what venv or pip printed. */
export function explainInstall(output: string, folder: string): Trouble {
  if (/read-only file system|permission denied|errno 13|errno 30/i.test(output)) {
    return {
      message: `Hotseat cannot write to ${folder}.`,
      hint: 'Make it writable, or install the server elsewhere and set "hotseat.serverPath".',
    };
  }
  if (/no space left|errno 28/i.test(output)) {
    return {
      message: `The disk of ${folder} is full.`,
      hint: 'Make room (the server takes about 300 MB), then run "Hotseat: Restart Server".',
    };
  }
  if (/ensurepip|python3?[\d.]*-venv|no module named '?venv/i.test(output)) {
    return {
      message: 'This Python cannot make environments.',
      hint: 'Install its venv package (Debian, Ubuntu: python3-venv), then run "Hotseat: Restart Server".',
    };
  }
  if (isOffline(output)) {
    return {
      message: 'The package index could not be reached.',
      hint: 'Check network and proxy, then run "Hotseat: Restart Server"; or install the server with pip yourself and set "hotseat.serverPath".',
    };
  }
  const last = output.trim().split('\n').at(-1)?.trim() ?? '';
  return {
    message: `Installing the server failed${last ? `: ${last}` : '.'}`,
    hint: 'The output channel "Hotseat" has all of it; or install the server yourself and set "hotseat.serverPath".',
  };
}

/** What to say when the server ended again and again; `stderr` is the last that it printed. */
export function explainCrash(command: string, stderr: readonly string[]): Trouble {
  const last = stderr.findLast((line) => line.trim() !== '')?.trim();
  const wrong = /No such command|unrecognized arguments|No module named/i.test(last ?? '');
  return {
    message: `The server (${command}) ends as soon as it is started${last ? `: ${last}` : '.'}`,
    hint: wrong
      ? 'That is not a working Hotseat: install it again, or correct "hotseat.serverPath".'
      : 'The output channel "Hotseat" has what it printed; "Hotseat: Restart Server" tries again.',
  };
}
