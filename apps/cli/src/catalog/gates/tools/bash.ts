import { programOnPath } from '../../../hive/find-on-path.ts'
import type { Tool, ToolSurroundings } from './tool.ts'

/** `-n` reads a file and runs nothing of it; it takes one file. */
const SCRIPT = `
while IFS= read -r file; do
  if ! said=$("$BASH" -n "$file" 2>&1 < /dev/null); then
    printf '%s\\t%s\\n' "$file" "\${said//[$'\\n\\t']/ }"
  fi
done
`

/** The shell's own reading of PKGBUILDs, or null where there is no bash. */
export async function findBash({ searchPath }: ToolSurroundings): Promise<Tool | null> {
  const bash = await programOnPath('bash', searchPath)
  if (bash === null) return null
  return {
    name: 'bash',
    reads: (format) => format.startsWith('arch-'),
    question: (path) => path,
    command: [bash, '--noprofile', '--norc', '-c', SCRIPT],
    environment: { LC_ALL: 'C.UTF-8' },
  }
}
