import { canAccess } from '../../../hive/can-access.ts'
import { programOnPath } from '../../../hive/find-on-path.ts'
import type { Tool, ToolSurroundings } from './tool.ts'

/** Where every distribution keeps the functions that makepkg is made of: makepkg(8), libmakepkg. */
const LIBRARY = '/usr/share/makepkg'
/** Those whose functions are called here; they need most of the others. */
const PARTS = ['util.sh', 'lint_pkgbuild.sh', 'srcinfo.sh'] as const

/** Rules about which variables there are, and of which kind. They take 95 % of the time: some 300 ms a file. */
const RULES_OF_SHAPE = ['lint_variable', 'lint_package_function_variable', 'lint_arch_specific']

/**
 * What `makepkg --printsrcinfo` does with one PKGBUILD, for many of them in one process, each in a shell of its own: it is
 * sourced, its values are looked at, and of the first one of each shape everything else as well; its .SRCINFO is then
 * compared with the one beside it. What is said of a file goes to one line.
 */
const SCRIPT = `
LIBRARY=${LIBRARY}
for part in "$LIBRARY"/*.sh; do source "$part"; done
startdir=$PWD srcdir=$PWD/src pkgdir=$PWD/pkg
IGNOREARCH=1
values=()
for rule in "\${lint_pkgbuild_functions[@]}"; do
  [[ " ${RULES_OF_SHAPE.join(' ')} " == *" $rule "* ]] || values+=("$rule")
done
read_one() {
  source_safe "$2"
  pkgbase=\${pkgbase:-\${pkgname[0]}}
  if [[ $1 == whole ]]; then
    lint_pkgbuild || return
    if [[ -f \${2%.txt}.srcinfo ]] && ! write_srcinfo_content | cmp -s - "\${2%.txt}.srcinfo"; then
      echo 'it writes another .SRCINFO'
      return 1
    fi
  else
    for rule in "\${values[@]}"; do "$rule" || return; done
  fi
}
while read -r how file; do
  if ! said=$(read_one "$how" "$file" 2>&1 < /dev/null); then
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
    question: (path, isFirstOfShape) => `${isFirstOfShape ? 'whole' : 'values'} ${path}`,
    command: [bash, '--noprofile', '--norc', '-c', SCRIPT],
    // PKGBUILDs of premium workers end without one.
    environment: { CARCH: 'x86_64', RBEE_LICENSE_KEY: 'none', LC_ALL: 'C.UTF-8' },
  }
}

async function isComplete(): Promise<boolean> {
  const parts = await Promise.all(PARTS.map((part) => canAccess(`${LIBRARY}/${part}`)))
  return parts.every((isThere) => isThere)
}
