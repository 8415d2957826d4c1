import { z } from 'zod'

/** What a number on the command line may be. */
export interface NumberRange {
  readonly min: number
  readonly max: number
  /** Whether `min` itself is too little. */
  readonly above?: boolean
  /** Whether parts are allowed, such as 0.5. */
  readonly parts?: boolean
  /** What the number is, in a message: `a port` or `a number of seconds`. */
  readonly what?: string
}

/** An option whose text is a plain decimal number. What is wrong is said with the text that was given. */
export function numberOption(range: NumberRange) {
  const { min, max, above = false, parts = false } = range
  const digits = parts ? /^\d{1,15}(\.\d{1,15})?$/ : /^\d{1,15}$/
  const isFine = (text: string) => {
    const number = Number(text)
    return digits.test(text) && (above ? number > min : number >= min) && number <= max
  }
  const error = ({ input }: { readonly input?: unknown }) => `${describeRange(range)}${otherThan(input)}`
  return z.string({ error }).refine(isFine, { error }).transform(Number)
}

function describeRange({ min, max, above = false, parts = false, what }: NumberRange): string {
  const name = what ?? (parts ? 'a number' : 'a whole number')
  if (max === Number.POSITIVE_INFINITY) return `must be ${name} of at least ${min}`
  return above ? `must be ${name} above ${min} and up to ${max}` : `must be ${name} from ${min} to ${max}`
}

/** An option that is one of a few words. What is wrong is said with the text that was given. */
export function choiceOption<const Choices extends readonly [string, ...string[]]>(choices: Choices) {
  const last = choices.at(-1)
  const list = choices.length === 1 ? last : `${choices.slice(0, -1).join(', ')} or ${last}`
  return z.enum(choices, { error: ({ input }) => `must be ${list}${otherThan(input)}` })
}

/**
 * An option whose text has a shape of its own. What is wrong is said with the text that was given: not for what may hold a
 * password, such as an address.
 */
export function textOption<Schema extends z.ZodType<unknown, unknown>>(schema: Schema) {
  return z.string({ error: 'is needed' }).transform((text, context): z.output<Schema> => {
    const parsed = schema.safeParse(text)
    if (parsed.success) return parsed.data
    const message = parsed.error.issues[0]?.message ?? 'is not allowed'
    context.addIssue({ code: 'custom', message: `${shown(text)} ${message}` })
    return z.NEVER
  })
}

/** A switch that a variable may set: `true`, `false` and their usual synonyms. */
export function switchOption() {
  const error = ({ input }: { readonly input?: unknown }) => `must be true or false${otherThan(input)}`
  return z.union([z.boolean(), z.stringbool()], { error })
}

/** Long enough for every mistyped value, short enough for a line. */
const MAX_SHOWN = 60

function otherThan(given: unknown): string {
  if (typeof given !== 'string') return ''
  return given === '' ? ', not empty' : `, not ${shown(given)}`
}

function shown(text: string): string {
  return JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text)
}

const MS_OF_UNIT = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
/** Longer than anything that is meant. */
const LONGEST_MS = 366 * 86_400_000

/** An option that is a time, such as `72h` or `3d`, or 0; its value is in milliseconds. */
export function timeOption() {
  const error = ({ input }: { readonly input?: unknown }) =>
    `must be 0 or a time such as 30m, 72h or 3d, up to a year${otherThan(input)}`
  const millisecondsOf = (text: string) => {
    const match = /^(\d{1,9})([smhd])$/.exec(text)
    if (text === '0') return 0
    const unit = match?.[2] as keyof typeof MS_OF_UNIT | undefined
    return unit === undefined ? Number.NaN : Number(match?.[1]) * MS_OF_UNIT[unit]
  }
  return z
    .string({ error })
    .refine((text) => millisecondsOf(text) <= LONGEST_MS, { error })
    .transform(millisecondsOf)
}

/** Seconds of patience, as several commands take them. */
export const SECONDS = { what: 'a number of seconds', parts: true } as const
/** How long a worker may take to get ready, in seconds: large models take minutes to load. */
export const READY_TIMEOUT: NumberRange = { ...SECONDS, min: 0, above: true, max: 86_400 }
/** A port of TCP; 0 means any free one. */
export const PORT: NumberRange = { min: 0, max: 65_535, what: 'a port' }
