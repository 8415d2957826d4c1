export { Budget, NotStatic } from '../values/budget.ts'
export { expandText, type Variables } from '../values/expand.ts'
export { type SyntaxNode, withSyntaxTree } from './grammar.ts'
