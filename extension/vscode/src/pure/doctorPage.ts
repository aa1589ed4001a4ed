/** `hotseat doctor --json` as a page to read. */

/** `hotseat doctor --json`. */
export interface DoctorReport {
  findings: { verdict: string; subject: string; detail: string; hint: string }[];
}

const MARKS: Record<string, string> = { good: '✓', note: '·', bad: '✗' };

export function doctorPage({ findings }: DoctorReport): string {
  const bad = findings.filter((finding) => finding.verdict === 'bad').length;
  const summary = bad
    ? `${bad} of ${findings.length} findings keep Hotseat from working.`
    : 'Nothing keeps Hotseat from working.';
  const lines = findings.map(({ verdict, subject, detail, hint }) => {
    const advice = hint ? `  \n  → ${escaped(hint)}` : '';
    return `- ${MARKS[verdict] ?? '·'} **${escaped(subject)}**: ${escaped(detail)}${advice}`;
  });
  return `# Hotseat doctor\n\n${summary}\n\n${lines.join('\n')}\n`;
}

/** Names of models and files hold underscores and stars that are no emphasis; commands stay code. */
function escaped(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part, n) => (n % 2 ? part : part.replace(/[\\`*_{}[\]<>#|]/g, '\\$&')))
    .join('');
}
