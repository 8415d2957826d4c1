import { PROGRAM_NAMES, type ProgramsDocument } from '@rbee/schema'
import { INSTALLER } from './installer.ts'
import { shellQuoted } from './shell-quoted.ts'

/** What the programs talk to where nobody says otherwise, so that nothing has to be written down for it. */
const DEFAULT_REGISTRY = 'http://127.0.0.1:8787'

/** The script behind `/install.sh`: the facts of this server, and the installer, which is the same everywhere. */
export function installScript(programs: ProgramsDocument, publicUrl: string): string {
  const comment = publicUrl.replace(/[^\x21-\x7e]/g, '?')
  return `#!/bin/sh
# Installs ${PROGRAM_NAMES.join(', ')} ${programs.version} from ${comment}
#
#   curl -fsSL ${comment}/install.sh | sh
#   curl -fsSL ${comment}/install.sh | sh -s -- --help
#
# It downloads one archive, checks its SHA-256, unpacks it below ~/.local and links the programs into ~/.local/bin.
# Nothing is run before the whole script has arrived: its last line starts it.
set -eu

registry=${shellQuoted(publicUrl)}
default_registry=${shellQuoted(DEFAULT_REGISTRY)}
version=${shellQuoted(programs.version)}
programs=${shellQuoted(PROGRAM_NAMES.join(' '))}

# Platform, SHA-256, bytes and address of every build.
builds() {
  cat <<'BUILDS'
${programs.builds.map(buildLine).join('\n')}
BUILDS
}

${INSTALLER}`
}

/** Every field is of digits, letters and a few signs: the schemas let nothing else through. */
function buildLine({ platform, checksum, size, download_url }: ProgramsDocument['builds'][number]): string {
  return [platform, checksum.replace(/^sha256:/, ''), size, download_url].join(' ')
}

/** What answers where no programs are offered, for whoever pipes it into a shell without looking at the status. */
export const NOTHING_TO_INSTALL = `#!/bin/sh
echo 'error: this server offers no programs to install' >&2
echo 'next: ask its operator to offer them with: rbee-catalog programs publish' >&2
exit 1
`
