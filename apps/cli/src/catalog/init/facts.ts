import { RbeeError } from '@rbee/schema'
import { z } from 'zod'
import type { ProgramPin } from './program-pin.ts'

/** What the files of a catalog repository are made of. Every value is safe to stand in YAML, Markdown and shell. */
export interface CatalogFacts {
  /** What people call the catalog. */
  readonly name: string
  /** Who reviews submissions: a GitHub account, organization or `ORG/TEAM`; null where nobody was named. */
  readonly owner: string | null
  /** The branch that is published. */
  readonly branch: string
  /** The server that serves the catalog; null where none was named. */
  readonly registry: string | null
  /** The programs that workflows run; null where no server was asked for them. */
  readonly programs: ProgramPin | null
}

/** One line of printable text that no Markdown or YAML reads anything into. */
export const catalogNameSchema = z
  .string()
  .trim()
  .min(1, 'may not be empty')
  .max(100, 'is longer than 100 characters')
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{M}\p{N} .,'()&+-]*$/u,
    "may hold letters, digits, blanks and . , ' ( ) & + - only",
  )

/** GitHub's rule for accounts and organizations, and its form of a team. */
export const ownerSchema = z
  .string()
  .regex(
    /^@?[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}(?:\/[a-z0-9][a-z0-9_-]{0,99})?$/,
    'must be a GitHub account, an organization or ORG/TEAM',
  )
  .transform((owner) => owner.replace(/^@/, ''))

/** The name of a folder as the name of the catalog in it. */
export function nameOfFolder(folder: string): string {
  const readable = folder
    .replaceAll(/[^\p{L}\p{M}\p{N} .,'()&+-]+/gu, ' ')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .trim()
  return readable === '' ? 'Worker catalog' : readable.slice(0, 100)
}

/** Fails with `setting_invalid` for an address that could end the text it is written into. */
export function assertPlainRegistry(url: string): void {
  if (/^https?:\/\/[A-Za-z0-9.:[\]-]+(?:\/[A-Za-z0-9._~/-]*)?$/.test(url)) return
  throw new RbeeError(
    'setting_invalid',
    `the address of the registry holds characters that workflows cannot carry`,
    {
      next: 'name it by host, port and a path of letters, digits and . _ ~ -',
    },
  )
}
