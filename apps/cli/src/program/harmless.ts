/**
 * Text of others, such as a registry or a worker, with its colours, lines and columns, and nothing else that a terminal
 * obeys: it could retitle the window, hide what was written before, or type for the user.
 */
export function harmless(text: string): string {
  return text.replace(/\u001b\[[\d;]*m|([\u0000-\u0008\u000b-\u001f\u007f-\u009f])/g, (all, control) =>
    control === undefined ? all : '',
  )
}

/** A value as JSON in one line. JSON itself escapes only the first of the two ranges of control characters. */
export function harmlessJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f]/g,
    (control) => `\\u00${control.charCodeAt(0).toString(16)}`,
  )
}
