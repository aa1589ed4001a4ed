/** The server's status in words: for the status bar, its tooltip and the experts view. */

import type { Decision, ExpertStatus, Status } from '../protocol.ts';

export type ServerState = 'off' | 'finding' | 'installing' | 'starting' | 'running' | 'failed';

export interface StatusLine {
  text: string;
  /** For screen readers: the text without icons. */
  spoken: string;
  severity: 'normal' | 'warning' | 'error';
}

export interface Moment {
  server: ServerState;
  status: Status | undefined;
  /** Since `status` came. */
  ageSeconds: number;
  /** A question, an edit or a pull is under way. */
  busy: boolean;
  /** Suggestions are off now, and why. */
  quiet: string | undefined;
}

const BEFORE_RUNNING: Record<Exclude<ServerState, 'running'>, [icon: string, words: string]> = {
  off: ['circle-slash', 'Hotseat is off'],
  finding: ['loading~spin', 'Hotseat looks for its server'],
  installing: ['loading~spin', 'Hotseat installs its server'],
  starting: ['loading~spin', 'Hotseat starts'],
  failed: ['error', 'Hotseat has no server'],
};

export function statusLine(moment: Moment): StatusLine {
  const { server, status } = moment;
  if (server !== 'running') {
    const [icon, words] = BEFORE_RUNNING[server];
    return line(icon, words, server === 'failed' ? 'error' : 'normal');
  }
  if (!status) {
    return line('loading~spin', 'Hotseat starts');
  }
  const language = status.focus.language;
  if (!status.engine.up) {
    return line('warning', `${language ? `${language} → ` : 'Hotseat: '}no engine`, 'warning');
  }
  if (!language) {
    return line(iconOf(moment, 'flame'), 'Hotseat');
  }
  const expert = expertInFocus(status);
  if (!expert) {
    return line('circle-slash', `${language} → no expert`);
  }
  const route = `${language} → ${expert.name}`;
  const memory = sizeWords(status.memory.usedBytes);
  switch (expert.state) {
    case 'warm':
      return line(iconOf(moment, 'flame'), `${route} warm · ${memory}`);
    case 'loading': {
      const seconds = Math.floor(expert.stateSeconds + moment.ageSeconds);
      const standIn = standInFor(status, expert);
      const meanwhile = standIn ? ` · ${standIn} answers` : '';
      return line('loading~spin', `${route} loading ${seconds} s${meanwhile}`);
    }
    case 'failed':
      return line('error', `${route} failed`, 'error');
    default: {
      const standIn = standInFor(status, expert);
      return line(
        iconOf(moment, 'circle-outline'),
        standIn ? `${route} ${expert.state} · ${standIn} answers` : `${route} ${expert.state}`,
      );
    }
  }
}

function iconOf(moment: Moment, otherwise: string): string {
  return moment.busy ? 'sync~spin' : moment.quiet ? 'bell-slash' : otherwise;
}

function line(
  icon: string,
  words: string,
  severity: StatusLine['severity'] = 'normal',
): StatusLine {
  return { text: `$(${icon}) ${words}`, spoken: words, severity };
}

export function expertInFocus(status: Status): ExpertStatus | undefined {
  return status.experts.find((expert) => expert.name === status.focus.expert);
}

/** Who answered last in place of `expert`, as long as that one is not warm. */
function standInFor(status: Status, expert: ExpertStatus): string | undefined {
  const last = status.lastCompletion;
  const stoodIn = last?.expert === expert.name && last.servedBy && last.servedBy !== expert.name;
  return stoodIn ? (last.servedBy ?? undefined) : undefined;
}

/** Lines under the status bar's entry. `host` is the machine that the server runs on. */
export function tooltipLines(moment: Moment, host: string): string[] {
  const { status } = moment;
  const lines: string[] = [];
  if (status) {
    const { engine, memory, focus, lastCompletion } = status;
    const expert = expertInFocus(status);
    if (expert) {
      lines.push(`${expert.name}: ${expert.model}, ${expertWords(expert)}`);
    } else if (focus.note) {
      lines.push(focus.note);
    }
    lines.push(`Memory: ${memoryWords(status.memory)}`);
    if (memory.foreignBytes) {
      lines.push(`Taken by models of others: ${sizeWords(memory.foreignBytes)}`);
    }
    lines.push(`Engine: ${engine.kind} ${engine.url}${engine.up ? '' : ', not reached'}`);
    if (engine.message) {
      lines.push(engine.message);
    }
    if (lastCompletion) {
      const by = lastCompletion.servedBy ? ` by ${lastCompletion.servedBy}` : '';
      const note = lastCompletion.note ? ` (${lastCompletion.note})` : '';
      lines.push(`Last suggestion: ${lastCompletion.outcome}${by}${note}`);
    }
  }
  lines.push(`Runs on: ${host}`);
  if (moment.quiet) {
    lines.push(moment.quiet);
  }
  return lines;
}

/** `warm, 252 MB, 62 %, pinned`; `warm, with small:1b, 62 %` for an adapter over a base. */
export function expertWords(expert: ExpertStatus): string {
  const words: string[] = [expert.state];
  if (expert.seat !== expert.model) {
    words.push(`with ${expert.seat}`); // its bytes are not the expert's own
  } else if (expert.sizeBytes !== null) {
    words.push(sizeWords(expert.sizeBytes));
  }
  if (expert.probability > 0) {
    words.push(`${Math.round(expert.probability * 100)} %`);
  }
  if (expert.pinned) {
    words.push('pinned');
  }
  return words.join(', ');
}

export function memoryWords(memory: Status['memory']): string {
  return `${sizeWords(memory.usedBytes)} of ${sizeWords(memory.budgetBytes)}`;
}

/** `986 MB`, `1.7 GB`; a dash if it is not known. */
export function sizeWords(sizeBytes: number | null): string {
  if (sizeBytes === null) {
    return '–';
  }
  return sizeBytes >= 1e9
    ? `${(sizeBytes / 1e9).toFixed(1)} GB`
    : `${(sizeBytes / 1e6).toFixed(0)} MB`;
}

/** What the experts view's menus depend on: `expert.warm.pinned`. */
export function expertContext(expert: ExpertStatus): string {
  return ['expert', expert.state, expert.pinned ? 'pinned' : 'unpinned'].join('.');
}

/** `failed · 1.2 s · demanded: go is under the cursor`; without the outcome if it is `done`. */
export function decisionWords(decision: Decision): string {
  const words: string[] = [];
  if (decision.outcome !== 'done') {
    words.push(decision.outcome);
  }
  if (decision.durationSeconds !== null && decision.action !== 'gone') {
    words.push(`${decision.durationSeconds.toFixed(1)} s`);
  }
  return [...words, decision.reason].join(' · ');
}

/** All figures of a decision, one a line. */
export function decisionLines(decision: Decision): string[] {
  const { usedBytes, budgetBytes } = decision;
  return [
    `${decision.action} ${decision.model} for ${decision.expert}: ${decision.outcome}`,
    decision.reason,
    `Size: ${sizeWords(decision.sizeBytes)}`,
    `Memory: ${sizeWords(usedBytes)} of ${sizeWords(budgetBytes)}`,
    `Probability: ${Math.round(decision.probability * 100)} %`,
  ];
}

/** The last `n`, newest first. */
export function lastDecisions(decisions: readonly Decision[], n: number): Decision[] {
  return decisions.slice(-n).reverse();
}
