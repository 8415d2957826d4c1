/**
 * Texts that stand for what only a build would tell. They are letters of the private use area, which a PKGBUILD cannot
 * hold here: they are replaced before it is read.
 */
export const SRC_DIR = '/\ue000'
export const PKG_DIR = '/\ue001'
export const START_DIR = '/\ue002'
export const HOME_DIR = '/\ue003'
/** What `mktemp` makes: a name that nobody else can foresee. */
export const TEMPORARY = '/\ue004'
/** Any text, none included: the output of a command, a variable that the file does not set. */
export const UNKNOWN = '\ue008'
/** An unquoted `*`, `?` or `[…]`: part of the name of a file that is there. */
export const PATTERN = '\ue009'

const MARKERS = /[\ue000-\ue00f]/g

/** A script without the letters that have a meaning of their own here; every position stays where it is. */
export function withoutMarkers(text: string): string {
  return text.replace(MARKERS, '\ufffd')
}

/** A text with its markers as people know them, for messages. */
export function shown(text: string): string {
  const visible = text
    .replaceAll(SRC_DIR, '$srcdir')
    .replaceAll(PKG_DIR, '$pkgdir')
    .replaceAll(START_DIR, '$startdir')
    .replaceAll(HOME_DIR, '~')
    .replaceAll(TEMPORARY, '/tmp')
    .replaceAll(PATTERN, '*')
    .replaceAll(UNKNOWN, '…')
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/g, ' ')
    .trim()
  return visible.length > 60 ? `${visible.slice(0, 57)}…` : visible
}

export function isUnknown(text: string): boolean {
  return text.includes(UNKNOWN)
}
