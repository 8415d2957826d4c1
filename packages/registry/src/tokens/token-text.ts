import { Buffer } from 'node:buffer'
import { type Sha256, TOKEN_PREFIX, type TokenScope } from '@rbee/schema'
import type { RandomBytes } from '../ports/surroundings.ts'
import { sha256OfText } from '../sha256.ts'

/** 256 bits cannot be guessed, so a fast hash of a token is enough to store. */
const SECRET_BYTES = 32

/** Visible ASCII: what a header carries unchanged. The upper bound keeps hostile headers from being hashed. */
const TOKEN_FORM = /^[\x21-\x7e]{8,256}$/

/** A new token's text: the prefix that secret scanners look for, and 32 random bytes as base64url. */
export function newTokenText(scope: TokenScope, randomBytes: RandomBytes): string {
  return TOKEN_PREFIX[scope] + Buffer.from(randomBytes(SECRET_BYTES)).toString('base64url')
}

/** Whether a text can be a token at all; an operator's own secret needs no prefix. */
export function hasTokenForm(text: string): boolean {
  return TOKEN_FORM.test(text)
}

/** What is stored and looked up instead of the text; comparing hashes tells nothing about how close a guess was. */
export function hashToken(text: string): Sha256 {
  return sha256OfText(text)
}
