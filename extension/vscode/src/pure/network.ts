/**
 * Whether the extension may download its server: HOTSEAT_NETWORK and `network:` in the user's
 * experts.yaml, as the server reads them. A word that is not known forbids.
 */

import path from 'node:path';

const ALLOWS = 'pull';

/** What forbids downloads, to be named in a sentence; undefined if nothing does. */
export function downloadsForbiddenBy(
  variable: string | undefined,
  roster: string,
): string | undefined {
  const said = variable?.trim();
  if (said && said.toLowerCase() !== ALLOWS) {
    return `HOTSEAT_NETWORK=${said}`;
  }
  const line = /^network\s*:[ \t]*([^\s#]*)/m.exec(roster)?.[1]?.replaceAll(/['"]/g, '');
  return line && line.toLowerCase() !== ALLOWS
    ? `\`network: ${line}\` in your experts.yaml`
    : undefined;
}

/** Where the server looks for the user's experts.yaml. */
export function userRoster(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
  platform: string,
): string {
  if (env.HOTSEAT_EXPERTS) {
    return env.HOTSEAT_EXPERTS.replace(/^~(?=[/\\])/, home);
  }
  switch (platform) {
    case 'win32': {
      const local = env.LOCALAPPDATA ?? path.win32.join(home, 'AppData', 'Local');
      return path.win32.join(local, 'hotseat', 'hotseat', 'experts.yaml');
    }
    case 'darwin':
      return path.posix.join(home, 'Library', 'Application Support', 'hotseat', 'experts.yaml');
    default: {
      const config = env.XDG_CONFIG_HOME || path.posix.join(home, '.config');
      return path.posix.join(config, 'hotseat', 'experts.yaml');
    }
  }
}
