/** The panel's page: fixed markup, one script and one style sheet of the extension's own. */

export interface PageParts {
  script: string;
  style: string;
  cspSource: string;
  nonce: string;
}

/** Nothing is loaded from elsewhere, no inline script or style runs, no form is sent. */
export function contentSecurityPolicy({ cspSource, nonce }: PageParts): string {
  return [
    "default-src 'none'",
    `style-src ${cspSource}`,
    `script-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

export function page(parts: PageParts): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(parts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${parts.style}">
<title>Hotseat: Ask</title>
</head>
<body>
<div id="modes" role="tablist" aria-label="What to do">
  <button id="asking" type="button" role="tab" aria-selected="true">Ask</button>
  <button id="tasking" type="button" role="tab" aria-selected="false">Task</button>
</div>
<header id="conversations" hidden>
  <label class="hidden" for="history">Conversation</label>
  <select id="history" title="Conversations of this window"></select>
</header>
<main id="transcript" role="log" aria-label="Conversation" aria-live="polite" tabindex="0"></main>
<section id="task" role="log" aria-label="Task" tabindex="0"></section>
<section id="hint" aria-label="How to ask">
  <p>Ask about the code you are in, or anything else. For example:</p>
  <div id="examples"></div>
  <p><kbd>Enter</kbd> asks, <kbd>Shift+Enter</kbd> begins a new line, <kbd>↑</kbd> brings back the last question,
    <kbd>Esc</kbd> stops the answer. Select lines first to ask about just them.</p>
  <p><button id="earlier" type="button" class="link">Earlier conversations…</button></p>
</section>
<div id="needs" role="status" hidden>
  <span id="needed"></span>
  <button id="download" type="button">Download Models</button>
</div>
<form id="ask">
  <div id="context" role="group" aria-label="Goes with the question"></div>
  <label class="hidden" for="question">Question</label>
  <textarea id="question" rows="3" role="combobox" aria-controls="mentions" aria-expanded="false"
    aria-autocomplete="list"
    placeholder="Ask Hotseat (Enter sends, Shift+Enter: new line, @ names a file or symbol)"></textarea>
  <div id="mentions" role="listbox" aria-label="Files and symbols" hidden></div>
  <div class="row">
    <span id="said" role="status"></span>
    <button id="send" type="submit">Ask</button>
    <button id="stop" type="button" hidden>Stop</button>
  </div>
</form>
<script nonce="${parts.nonce}" src="${parts.script}"></script>
</body>
</html>`;
}
