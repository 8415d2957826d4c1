import type { StoredDocument } from '@rbee/registry'
import { type ProgramsDocument, programsDocumentSchema } from '@rbee/schema'
import type { Endpoint } from '../../endpoint.ts'
import { taggedAnswer } from '../../http/answer.ts'
import { publicUrlOf } from '../../http/public-url.ts'
import { installScript, NOTHING_TO_INSTALL } from '../../install-script/install-script.ts'
import { offeredPrograms } from './offered.ts'

const TYPE = 'text/x-shellscript; charset=utf-8'

export const getInstallScript: Endpoint = {
  operation: {
    id: 'getInstallScript',
    tag: 'Programs',
    summary: 'The script that installs the command line programs',
    description:
      'For a POSIX shell: `curl -fsSL …/install.sh | sh`. It checks what it downloads against SHA-256. Where no programs are offered, 404 with a script that says so.',
    answers: [
      { status: 200, description: 'The script', content: { mediaType: 'text/x-shellscript' } },
      {
        status: 404,
        description: 'A script that says that no programs are offered, and fails',
        content: { mediaType: 'text/x-shellscript' },
      },
    ],
    rateLimit: 'install',
    errors: [],
  },
  async handle(context, services) {
    const document = await offeredPrograms(services)
    if (document === null) return { ...(await taggedAnswer(NOTHING_TO_INSTALL, TYPE)), status: 404 }
    return taggedAnswer(installScript(parsedPrograms(document), publicUrlOf(context, services)), TYPE)
  },
}

const parsed = new WeakMap<StoredDocument, ProgramsDocument>()

function parsedPrograms(document: StoredDocument): ProgramsDocument {
  const known = parsed.get(document)
  if (known) return known
  const programs = programsDocumentSchema.parse(JSON.parse(new TextDecoder().decode(document.body)))
  parsed.set(document, programs)
  return programs
}
