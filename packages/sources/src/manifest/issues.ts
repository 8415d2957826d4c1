import { type ErrorCode, RESERVED_WORD } from '@rbee/schema'
import type { z } from 'zod'
import type { DocumentPath } from '../document/document.ts'
import { quoteValue } from '../findings.ts'
import { suggestWord } from './unknown-fields.ts'

/** One broken rule, in words that follow the field's name: `is missing`, `must be a text, is 3`. */
export interface BrokenRule {
  readonly code: ErrorCode
  /** In the internal schema. */
  readonly path: DocumentPath
  readonly message: string
  readonly next?: string
}

/** Turns what the schema reports into one sentence per field. */
export function describeIssue(issue: z.core.$ZodIssue, input: unknown): BrokenRule {
  const path = issue.path.filter((step) => typeof step !== 'symbol')
  const code = codeOf(issue, path)
  const value = valueAt(input, path)
  const shown = quoteValue(value)
  switch (issue.code) {
    case 'invalid_type':
      return value === undefined
        ? { code: 'manifest_invalid', path, message: 'is missing' }
        : { code: 'manifest_invalid', path, message: `must be ${typeName(issue.expected)}, is ${shown}` }
    case 'invalid_value': {
      const allowed = issue.values.map(String)
      const meant = typeof value === 'string' ? suggestWord(value, allowed) : null
      return {
        code,
        path,
        message: `is ${shown}, must be one of ${allowed.join(', ')}`,
        next: meant === null ? undefined : `did you mean "${meant}"?`,
      }
    }
    case 'invalid_union': {
      const branch = issue.errors.find(([first]) => first?.code !== 'invalid_type') ?? issue.errors[0]
      const [first] = branch ?? []
      if (first === undefined)
        return { code, path, message: `is ${shown}, which has none of the forms allowed` }
      return describeIssue({ ...first, path: [...issue.path, ...first.path] }, input)
    }
    case 'invalid_key': {
      const reason = issue.issues[0]?.message ?? 'is not a valid name'
      return { code, path, message: `has a name that ${reason}` }
    }
    case 'too_big':
    case 'too_small':
      return { code, path, message: `is ${shown}, which ${boundText(issue)}` }
    case 'invalid_format':
    case 'custom':
    case 'not_multiple_of':
    case 'unrecognized_keys':
    case 'invalid_element':
      return {
        code,
        path,
        message:
          value === undefined
            ? issue.message
            : `${shown} ${issue.message.replace(/^Invalid/, 'is an invalid')}`,
      }
  }
}

function codeOf({ message }: z.core.$ZodIssue, [field, ...inner]: DocumentPath): ErrorCode {
  if (inner.length > 0) return 'manifest_invalid'
  if (field === 'license') return 'license_invalid'
  return field === 'id' && message === RESERVED_WORD ? 'name_reserved' : 'manifest_invalid'
}

function boundText(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall): string {
  if (!/^Too (big|small)/.test(issue.message)) return issue.message
  const counted = issue.origin === 'array' ? ' items' : issue.origin === 'string' ? ' characters' : ''
  return issue.code === 'too_big'
    ? `is more than ${issue.maximum}${counted}`
    : `is less than ${issue.minimum}${counted}`
}

function typeName(expected: string): string {
  switch (expected) {
    case 'string':
      return 'a text'
    case 'array':
      return 'a list'
    case 'object':
    case 'record':
      return 'a table'
    case 'boolean':
      return 'true or false'
    case 'int':
      return 'a whole number'
    case 'number':
      return 'a number'
    default:
      return expected
  }
}

function valueAt(value: unknown, path: DocumentPath): unknown {
  let inner = value
  for (const step of path) {
    if (inner === null || typeof inner !== 'object') return undefined
    inner = Object.hasOwn(inner, step) ? (inner as Record<string | number, unknown>)[step] : undefined
  }
  return inner
}
