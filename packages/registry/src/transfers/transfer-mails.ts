import type { MailKind } from '@rbee/schema'
import type { NewMail } from '../ports/mail-queue.ts'
import type { TransferRow } from '../ports/transfers.ts'
import type { RegistryPorts } from '../registry.ts'
import { ownerAddresses } from './who-owns.ts'

/**
 * The mails that tell of a transfer: to the former owner, and of what was decided to the new one as well. Nobody is told twice; an
 * address of both is the former owner's.
 */
export async function mailsAbout(
  { database, clock }: Pick<RegistryPorts, 'database' | 'clock'>,
  kind: Exclude<MailKind, 'contact_changed'>,
  { id, worker, to }: Pick<TransferRow, 'id' | 'worker' | 'to'>,
): Promise<NewMail[]> {
  const now = clock()
  const facts = await database.ownerFacts(worker)
  const former = facts === null ? [] : ownerAddresses(facts, now)
  const heir = kind === 'transfer_asked' ? null : await database.findContact(to.replace(/^token:/, ''))
  const mail = (recipient: string, toOwner: boolean): NewMail => ({
    kind,
    recipient,
    toOwner,
    transfer: id,
    token: null,
  })
  return [
    ...former.map((recipient) => mail(recipient, true)),
    ...(heir === null || former.includes(heir) ? [] : [mail(heir, false)]),
  ]
}
