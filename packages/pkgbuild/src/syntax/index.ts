export { Budget, NotStatic } from '../values/budget.ts'
export { expandText } from '../values/expand.ts'
export type { Variables } from '../values/variables.ts'
export { type SyntaxNode, withSyntaxTree } from './grammar.ts'
