import parseSpdx from 'spdx-expression-parse'
import { z } from 'zod'

/** An SPDX expression; `A OR B OR C` has three parts. */
export type Licence =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'with'; readonly name: string; readonly exception: string }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Licence[] }

/** @returns null for what is no SPDX expression, such as `Proprietary`. */
export function parseLicence(expression: string): Licence | null {
  try {
    return toLicence(nodeSchema.parse(parseSpdx(expression)))
  } catch (error) {
    if (error instanceof z.ZodError) throw error
    return null
  }
}

interface Leaf {
  readonly license: string
  readonly plus?: boolean | undefined
  readonly exception?: string | undefined
}
interface Pair {
  readonly left: Node
  readonly conjunction: 'and' | 'or'
  readonly right: Node
}
type Node = Leaf | Pair

const nodeSchema: z.ZodType<Node> = z.lazy(() =>
  z.union([
    z.object({ license: z.string(), plus: z.boolean().optional(), exception: z.string().optional() }),
    z.object({ left: nodeSchema, conjunction: z.enum(['and', 'or']), right: nodeSchema }),
  ]),
)

function toLicence(node: Node): Licence {
  if ('license' in node) {
    const name = node.plus === true ? `${node.license}+` : node.license
    return node.exception === undefined
      ? { kind: 'name', name }
      : { kind: 'with', name, exception: node.exception }
  }
  const kind = node.conjunction === 'and' ? 'all' : 'any'
  const parts = [node.left, node.right]
    .map(toLicence)
    .flatMap((part) => (part.kind === kind ? part.parts : [part]))
  return { kind, parts }
}
