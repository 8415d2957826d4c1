import { type Contact, maskedAddress, RbeeError } from '@rbee/schema'
import type { NewMail } from '../ports/mail-queue.ts'
import type { OwnerToken } from '../ports/transfers.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { assertMadeByHand } from '../tokens/scopes.ts'

/**
 * An address that was replaced is told of everything for so long: whoever steals a token must not be able to keep its holder from
 * hearing of a transfer by changing the address first.
 */
const FORMER_KEPT_MS = 30 * 86_400_000

/** The addresses that belong to a token now. */
export function addressesOf(
  token: Pick<OwnerToken, 'mail' | 'formerMail' | 'mailChangedAt'>,
  now: number,
): string[] {
  const isKept = token.mailChangedAt !== null && token.mailChangedAt > now - FORMER_KEPT_MS
  return [token.mail, isKept ? token.formerMail : null].filter((mail) => mail !== null)
}

/** The address on record of the caller's own token, of which only the beginning and the host are shown. */
export async function readContact(
  { database }: Pick<RegistryPorts, 'database'>,
  caller: Caller,
): Promise<Contact> {
  const mail = await database.findContact(caller.tokenId)
  return { id: caller.tokenId, mail: mail && maskedAddress(mail) }
}

/**
 * Changes where the holder of the caller's token is told of transfers; the address before is told of the change. Fails with
 * `forbidden` for the operator's own secret, which is no stored token.
 */
export async function changeContact(
  ports: Pick<RegistryPorts, 'database' | 'clock' | 'onMailsQueued'>,
  caller: Caller,
  mail: string | null,
): Promise<Contact> {
  const { database, clock } = ports
  assertMadeByHand(caller)
  if ((await database.findToken(caller.tokenId)) === null) {
    throw new RbeeError('forbidden', "The operator's own secret has no address for mail", {
      next: 'Make a token with: rbee-catalog token create --mail ADDRESS',
    })
  }
  const before = await database.findContact(caller.tokenId)
  const now = clock()
  await database.setContact(
    caller.tokenId,
    mail,
    now,
    now - FORMER_KEPT_MS,
    before === null ? [] : [aboutContact(caller.tokenId, before)],
  )
  await ports.onMailsQueued?.()
  return readContact(ports, caller)
}

function aboutContact(token: string, recipient: string): NewMail {
  return { kind: 'contact_changed', recipient, toOwner: false, transfer: null, token }
}
