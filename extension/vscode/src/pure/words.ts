/** The server's status in words: for the status bar, its tooltip and the experts view. */

import type { Decision, ExpertStatus, LastCompletion, Status } from '../protocol.ts';

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
  /** A question or an edit is under way. */
  busy: boolean;
  /** Suggestions are not shown now, or only by hand, and why. */
  quiet: string | undefined;
  /** The engine has been away for so short a time that it may still be starting. */
  engineStarts: boolean;
  /** The download that this window has begun, as `45 %`. */
  download: string | undefined;
}

const BEFORE_RUNNING: Record<Exclude<ServerState, 'running'>, [icon: string, words: string]> = {
  off: ['circle-slash', 'Hotseat is off'],
  finding: ['loading~spin', 'Hotseat looks for its server'],
  installing: ['loading~spin', 'Hotseat installs its server'],
  starting: ['loading~spin', 'Hotseat starts'],
  failed: ['error', 'Hotseat has no server'],
};

const STATES: Record<ExpertStatus['state'], string> = {
  absent: 'not in memory',
  loading: 'loading',
  warm: 'in memory',
  unloading: 'leaving memory',
  failed: 'failed',
};

const OUTCOMES: Record<LastCompletion['outcome'], string> = {
  shown: 'shown',
  empty: 'nothing to suggest',
  hidden: 'not shown, too uncertain',
  superseded: 'overtaken by the next key',
  failed: 'failed',
  accepted: 'accepted',
  rejected: 'dismissed',
};

export function statusLine(moment: Moment): StatusLine {
  const { text, spoken, severity } = lineFor(moment);
  return { text, severity, spoken: [spoken, moment.quiet].filter(Boolean).join('. ') };
}

function lineFor(moment: Moment): StatusLine {
  const { server, status } = moment;
  if (server !== 'running') {
    const [icon, words] = BEFORE_RUNNING[server];
    return line(icon, words, server === 'failed' ? 'error' : 'normal');
  }
  if (!status) {
    return line('loading~spin', 'Hotseat starts');
  }
  const language = status.focus.language;
  const before = language ? `${language} → ` : 'Hotseat: ';
  if (moment.download !== undefined) {
    return line('sync~spin', `${before}downloading ${moment.download}`.trimEnd());
  }
  if (!status.engine.up) {
    return moment.engineStarts
      ? line('loading~spin', `${before}engine starts`)
      : line('warning', `${before}no engine`, 'warning');
  }
  if (!language) {
    return line(iconOf(moment, 'flame'), 'Hotseat');
  }
  const expert = expertInFocus(status);
  if (!expert) {
    return line('circle-slash', `${language} → no expert`);
  }
  const standIn = standInFor(status, expert);
  const route = `${language} → ${expert.name} ${stateWords(expert)}`;
  const meanwhile = standIn ? ` · ${standIn} answers` : '';
  if (expert.download) {
    return line('cloud-download', `${route}${sizeAfter(expert.download.sizeBytes)}${meanwhile}`);
  }
  switch (expert.state) {
    case 'warm':
      return line(iconOf(moment, 'flame'), `${route}${sizeAfter(status.memory.usedBytes)}`);
    case 'loading': {
      const seconds = Math.floor(expert.stateSeconds + moment.ageSeconds);
      return line('loading~spin', `${route} ${seconds} s${meanwhile}`);
    }
    case 'failed':
      return line('error', route, 'error');
    default:
      return line(iconOf(moment, 'circle-outline'), `${route}${meanwhile}`);
  }
}

function sizeAfter(sizeBytes: number | null): string {
  return sizeBytes === null ? '' : ` · ${sizeWords(sizeBytes)}`;
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

/** Who answered last in place of `expert`, as long as that one's model is not in memory. */
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
      lines.push(`${expert.name}: model ${expert.model}, ${expertWords(expert)}`);
    } else if (focus.note) {
      lines.push(focus.note);
    }
    lines.push(`Memory: ${memoryWords(status.memory)} for all models`);
    if (memory.foreignBytes) {
      lines.push(`Taken by models of other programs: ${sizeWords(memory.foreignBytes)}`);
    }
    lines.push(`Engine: ${engine.kind} ${engine.url}${engine.up ? '' : ', not reached'}`);
    if (engine.message) {
      lines.push(engine.message);
    }
    if (lastCompletion) {
      lines.push(...lastLines(lastCompletion));
    }
  }
  lines.push(`Runs on: ${host}`);
  if (moment.quiet) {
    lines.push(moment.quiet);
  }
  return lines;
}

/** What became of the newest request, and its figures. */
function lastLines(last: LastCompletion): string[] {
  const by = last.servedBy ? ` by ${last.servedBy}` : '';
  const note = last.note ? ` (${last.note})` : '';
  const lines = [`Last suggestion: ${OUTCOMES[last.outcome]}${by}${note}`];
  const figures = [
    last.nPromptTokens === null ? '' : `${last.nPromptTokens} tokens read`,
    last.nCachedTokens === null ? '' : `${last.nCachedTokens} of them cached`,
    last.nTokens === null ? '' : `${last.nTokens} written`,
    last.totalMs === null ? '' : `${Math.round(last.totalMs)} ms`,
  ].filter(Boolean);
  if (figures.length > 0) {
    lines.push(`It took: ${figures.join(', ')}`);
  }
  return lines;
}

/** `in memory`, `not downloaded`; the model of an expert in a word or two. */
export function stateWords({ state, download }: ExpertStatus): string {
  if (download) {
    return download.problem ? 'not available' : 'not downloaded';
  }
  return STATES[state];
}

/**
 * `in memory, 252 MB, pinned`; `not in memory, 62 % likely to be needed soon`. An adapter over a
 * base: `in memory, with small:1b`.
 */
export function expertWords(expert: ExpertStatus): string {
  const words: string[] = [stateWords(expert)];
  const sizeBytes = expert.download ? expert.download.sizeBytes : expert.sizeBytes;
  if (expert.seat !== expert.model && !expert.download) {
    words.push(`with ${expert.seat}`); // its bytes are not the expert's own
  } else if (sizeBytes !== null) {
    words.push(sizeWords(sizeBytes));
  }
  if (expert.probability > 0 && expert.state !== 'warm') {
    words.push(`${Math.round(expert.probability * 100)} % likely to be needed soon`);
  }
  if (expert.pinned) {
    words.push('pinned');
  }
  return words.join(', ');
}

/** A row of the view has room for a few words: `in memory · 252 MB · pinned`. */
export function rowWords(expert: ExpertStatus, experts: readonly ExpertStatus[]): string {
  const first = experts.find((other) => other.seat === expert.seat);
  if (first && first.name !== expert.name && !expert.download) {
    return [`same model as ${first.name}`, expert.pinned ? 'pinned' : '']
      .filter(Boolean)
      .join(' · ');
  }
  const { probability, state } = expert;
  const isAbsent = state === 'absent' && !expert.download;
  const sizeBytes = expert.download ? expert.download.sizeBytes : expert.sizeBytes;
  return [
    stateWords(expert),
    isAbsent || sizeBytes === null ? '' : sizeWords(sizeBytes),
    isAbsent && probability > 0 ? `${Math.round(probability * 100)} % likely` : '',
    expert.pinned ? 'pinned' : '',
  ]
    .filter(Boolean)
    .join(' · ');
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

/** What the experts view's menus depend on: `expert.warm.pinned`, `expert.missing.unpinned`. */
export function expertContext(expert: ExpertStatus): string {
  const state = expert.download ? 'missing' : expert.state;
  return ['expert', state, expert.pinned ? 'pinned' : 'unpinned'].join('.');
}

const ACTIONS: Record<Decision['action'], string> = {
  load: 'load',
  unload: 'unload',
  cancel: 'load stopped:',
  gone: 'left memory:',
};

/** `load go`, `left memory: web`. */
export function decisionTitle({ action, expert }: Decision): string {
  return `${ACTIONS[action]} ${expert}`;
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
    `Likely to be needed soon: ${Math.round(decision.probability * 100)} %`,
  ];
}

/** The last `n`, newest first. */
export function lastDecisions(decisions: readonly Decision[], n: number): Decision[] {
  return decisions.slice(-n).reverse();
}
