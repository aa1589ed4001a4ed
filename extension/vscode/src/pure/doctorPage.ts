/** `hotseat doctor --json` as a page to read, with buttons for what it advises. */

import { type Button, buttonsFor, withoutTerminal } from './hints.ts';

/** `hotseat doctor --json`. */
export interface DoctorReport {
  findings: { verdict: string; subject: string; detail: string; hint: string }[];
}

const MARKS: Record<string, string> = { good: '✓', note: '·', bad: '✗' };
const TITLE = 'Hotseat doctor';

/** The body of the page. */
export function doctorPage({ findings }: DoctorReport): string {
  const bad = findings.filter((finding) => finding.verdict === 'bad').length;
  const summary = bad
    ? `${bad} of ${findings.length} findings keep Hotseat from working.`
    : 'Nothing keeps Hotseat from working.';
  const lines = findings.map(({ verdict, subject, detail, hint }) => {
    const advice = hint ? `<br>→ ${formatted(withoutTerminal(hint))}` : '';
    const links = buttonsFor(hint).filter(leadsElsewhere).map(link).join(' ');
    const words = `<b>${escaped(subject)}</b>: ${formatted(detail)}${advice}`;
    return `<li>${MARKS[verdict] ?? '·'} ${words}${links && `<br>${links}`}</li>`;
  });
  return `<h1>${TITLE}</h1><p>${summary}</p><ul>${lines.join('')}</ul>`;
}

/** The body of the page where the doctor itself failed. */
export function failedPage(reason: string): string {
  return `<h1>${TITLE}</h1><p>It failed:</p><pre>${escaped(reason)}</pre>`;
}

/** No script runs, nothing is loaded, and the only links are commands of ours. */
export function wholePage(body: string): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'";
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${TITLE}</title>
<style>ul { list-style: none; padding: 0 } li { margin: 0.6em 0; line-height: 1.5 }</style>
</head>
<body>${body}</body>
</html>`;
}

function leadsElsewhere({ command }: Button): boolean {
  return command !== 'hotseat.doctor';
}

function link({ title, command }: Button): string {
  return `<a href="command:${command}">${title}</a>`;
}

/** Text with its code between backticks as code. */
function formatted(text: string): string {
  return text
    .split(/`([^`]+)`/)
    .map((part, n) => (n % 2 ? `<code>${escaped(part)}</code>` : escaped(part)))
    .join('');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
