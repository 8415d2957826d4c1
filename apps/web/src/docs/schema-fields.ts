import { html } from 'hono/html'
import type { Markup } from '../layout/markup.ts'
import type { SchemaNode } from './openapi-types.ts'

const NAMED = '#/components/schemas/'
type NamedSchemas = Readonly<Record<string, SchemaNode>>
/** Longer patterns explain nothing to people. */
const MAX_PATTERN = 60
/** Deeper shapes have names of their own. */
const MAX_DEPTH = 6

/**
 * The fields of an object's schema: names, types, which must be there, and the rules for their values.
 *
 * @param named shapes whose fields are shown where they are used; others are only named.
 */
export function schemaFields(schema: SchemaNode, named: NamedSchemas = {}, depth = 0): Markup {
  const properties = Object.entries(schema.properties ?? {})
  if (properties.length === 0 || depth > MAX_DEPTH) return html``
  const required = new Set(schema.required)
  return html`<dl>${properties.map(
    ([name, field]) =>
      html`<dt><code>${name}</code> <span class="type">${schemaType(field)}</span>${
        required.has(name) ? html` <span class="need">required</span>` : ''
      }</dt><dd>${rulesOf(field)}${schemaFields(innerObject(field, named), named, depth + 1)}</dd>`,
  )}</dl>`
}

/** A type in one line: `string`, `array of Artifact`, `"tar.zst" or "tar.gz"`. */
export function schemaType(schema: SchemaNode): Markup {
  if (schema.$ref?.startsWith(NAMED)) {
    const name = schema.$ref.slice(NAMED.length)
    return html`<a href="/docs/api#schema-${name}">${name}</a>`
  }
  if (schema.anyOf) return joined(schema.anyOf.map(schemaType))
  if (schema.enum) return joined(schema.enum.map((value) => html`${JSON.stringify(value)}`))
  if (schema.const !== undefined) return html`${JSON.stringify(schema.const)}`
  if (schema.items) return html`array of ${schemaType(schema.items)}`
  if (typeof schema.additionalProperties === 'object' && schema.properties === undefined) {
    return html`table of ${schemaType(schema.additionalProperties)}`
  }
  return html`${[schema.type ?? 'any value'].flat().join(' or ')}`
}

function joined(parts: readonly Markup[]): Markup {
  return html`${parts.map((part, index) => html`${index === 0 ? '' : ' or '}${part}`)}`
}

/** The object whose fields a value has: itself, one of its items, or one of the values of a table. */
function innerObject(schema: SchemaNode, named: NamedSchemas): SchemaNode {
  const inner =
    schema.items ??
    schema.anyOf?.find((one) => one.properties ?? one.items) ??
    named[schema.$ref?.slice(NAMED.length) ?? '']
  if (inner) return innerObject(inner, named)
  if (typeof schema.additionalProperties === 'object' && schema.properties === undefined) {
    return innerObject(schema.additionalProperties, named)
  }
  return schema
}

function rulesOf(schema: SchemaNode): Markup {
  const rules = [
    schema.description,
    schema.default === undefined ? null : `default ${JSON.stringify(schema.default)}`,
    bounds(schema.minimum, schema.maximum),
    schema.exclusiveMinimum === undefined ? null : `more than ${schema.exclusiveMinimum}`,
    schema.maxLength === undefined ? null : `at most ${schema.maxLength} characters`,
    countOf(schema),
  ]
  const text = rules.filter((rule) => typeof rule === 'string').join('; ')
  const patterns = [schema.pattern, ...(schema.allOf ?? []).map(({ pattern }) => pattern)]
  return html`${text}${patterns.map((pattern) =>
    pattern === undefined || pattern.length > MAX_PATTERN
      ? ''
      : html`${text === '' ? '' : '; '}<code>${pattern}</code> `,
  )}`
}

/** Bounds that only say what a number can hold at all are left out. */
function bounds(minimum?: number, maximum?: number): string | null {
  const low = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? null : `at least ${minimum}`
  const high = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? null : `at most ${maximum}`
  return [low, high].filter((bound) => bound !== null).join(', ') || null
}

function countOf({ minItems, maxItems }: SchemaNode): string | null {
  if (minItems === undefined && maxItems === undefined) return null
  return `${minItems ?? 0} to ${maxItems ?? 'any number of'} items`
}
