import { sha256OfText } from '../sha256.ts'

/** A strong entity tag (RFC 9110, section 8.8.3) for bytes that are made of `text` alone. */
export function strongTag(text: string): string {
  return `"${sha256OfText(text).slice(0, 32)}"`
}
