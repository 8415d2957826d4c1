import { type DocumentTable, type DocumentValue, isTable } from '../document/document.ts'
import { parseToml } from '../document/toml.ts'
import { syntaxProblem, type VersionStatement } from './statement.ts'

const FILE = 'pyproject.toml'

/**
 * `project.version` of a pyproject.toml, or Poetry's own `tool.poetry.version`. A version that is dynamic comes out of
 * running the project's build, which reading a catalog never does.
 */
export function readPyprojectVersion(text: string): VersionStatement {
  const parsed = parseToml(text)
  if (!parsed.ok) return syntaxProblem(FILE, parsed.problem)
  const { root, lineOf } = parsed.document
  const project = inner(root, 'project')
  const poetry = inner(inner(root, 'tool'), 'poetry')
  if (typeof project?.version === 'string') {
    return { ok: true, text: project.version, line: lineOf(['project', 'version']), file: FILE }
  }
  if (Array.isArray(project?.dynamic) && project.dynamic.includes('version')) {
    return {
      ok: false,
      message: 'the version is dynamic: only running the build would tell it, and a catalog runs nothing',
      next: `state version = "1.2.3" in [project] and take "version" out of dynamic`,
      line: lineOf(['project', 'dynamic']),
    }
  }
  if (typeof poetry?.version === 'string') {
    return { ok: true, text: poetry.version, line: lineOf(['tool', 'poetry', 'version']), file: FILE }
  }
  return {
    ok: false,
    message: `${FILE} states neither project.version nor tool.poetry.version`,
    next: 'write version = "1.2.3" into [project]',
    line: lineOf(['project']),
  }
}

function inner(table: DocumentTable | undefined, key: string): DocumentTable | undefined {
  const value: DocumentValue | undefined = table?.[key]
  return isTable(value) ? value : undefined
}
