import { access } from 'node:fs/promises'
import { programOnPath } from '../../../hive/find-on-path.ts'
import type { Tool, ToolSurroundings } from './tool.ts'

/** Where every distribution keeps the functions that makepkg is made of: makepkg(8), libmakepkg. */
const LIBRARY = '/usr/share/makepkg'
const PARTS = ['util.sh', 'lint_pkgbuild.sh', 'srcinfo.sh'] as const

/**
 * What `makepkg --printsrcinfo` does with one PKGBUILD, for many of them in one process: sources it, lints it and writes
 * its .SRCINFO, each in a shell of its own. What it says goes to one line.
 */
const SCRIPT = `
LIBRARY=${LIBRARY}
for part in ${PARTS.join(' ')}; do source "$LIBRARY/$part"; done
startdir=$PWD srcdir=$PWD/src pkgdir=$PWD/pkg
IGNOREARCH=1
read_one() {
  source_safe "$1"
  pkgbase=\${pkgbase:-\${pkgname[0]}}
  lint_pkgbuild && write_srcinfo > /dev/null
}
while IFS= read -r file; do
  if ! said=$(read_one "$file" 2>&1 < /dev/null); then
    printf '%s\\t%s\\n' "$file" "\${said//[$'\\n\\t']/ }"
  fi
done
`

/** makepkg's own functions, or null where they are not installed. */
export async function findMakepkg({ searchPath }: ToolSurroundings): Promise<Tool | null> {
  const bash = await programOnPath('bash', searchPath)
  if (bash === null || !(await isComplete())) return null
  return {
    name: 'makepkg',
    reads: (format) => format.startsWith('arch-'),
    command: [bash, '--noprofile', '--norc', '-c', SCRIPT],
    // PKGBUILDs of premium workers end without one.
    environment: { CARCH: 'x86_64', RBEE_LICENSE_KEY: 'none', LC_ALL: 'C.UTF-8' },
  }
}

async function isComplete(): Promise<boolean> {
  try {
    for (const part of PARTS) await access(`${LIBRARY}/${part}`)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false
    throw error
  }
}
