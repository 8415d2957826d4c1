import { programOnPath } from '../../../hive/find-on-path.ts'
import type { Tool, ToolSurroundings } from './tool.ts'

/** What `ruby -c` does with one file, for many: it is compiled, and nothing of it is run. */
const SCRIPT = `
$stdin.each_line(chomp: true) do |path|
  RubyVM::InstructionSequence.compile_file(path)
rescue SyntaxError => error
  puts path + "\\t" + error.message.gsub(/[\\n\\t]/, " ")
end
`

/** Ruby's own reading of formulas, or null where there is no Ruby. */
export async function findRuby({ searchPath }: ToolSurroundings): Promise<Tool | null> {
  const ruby = await programOnPath('ruby', searchPath)
  if (ruby === null) return null
  return {
    name: 'ruby',
    reads: (format) => format.startsWith('homebrew-'),
    question: (path) => path,
    command: [ruby, '--disable=gems', '--external-encoding=UTF-8', '-e', SCRIPT],
    environment: { LC_ALL: 'C.UTF-8' },
  }
}
