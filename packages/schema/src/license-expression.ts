import parseSpdx from 'spdx-expression-parse'
import { z } from 'zod'

/** `LicenseRef-NAME` and `Proprietary` are identifiers, too. An exception (`WITH …`) is none. */
interface Leaf {
  readonly license: string
  readonly plus?: boolean | undefined
}
interface Pair {
  readonly left: Node
  readonly right: Node
}
type Node = Leaf | Pair

const nodeSchema: z.ZodType<Node> = z.lazy(() =>
  z.union([
    z.object({ license: z.string(), plus: z.boolean().optional() }),
    z.object({ left: nodeSchema, right: nodeSchema }),
  ]),
)

/** The identifiers in a licence expression, in its order, each once; `Proprietary` for what is no SPDX expression. */
export function licenseIds(expression: string): string[] {
  let parsed: unknown
  try {
    parsed = parseSpdx(expression)
  } catch {
    return ['Proprietary']
  }
  return [...new Set(idsIn(nodeSchema.parse(parsed)))]
}

function idsIn(node: Node): string[] {
  if ('license' in node) return [node.plus ? `${node.license}+` : node.license]
  return [...idsIn(node.left), ...idsIn(node.right)]
}
