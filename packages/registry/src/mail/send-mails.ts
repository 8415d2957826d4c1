import type { MailRow } from '../ports/mail-queue.ts'
import type { RegistryPorts } from '../registry.ts'
import { composeMail } from './mail-texts.ts'

const MAILS_PER_CALL = 50
const FIRST_PAUSE_MS = 60_000
const LONGEST_PAUSE_MS = 6 * 3_600_000
/** What is kept of a reason why a mail could not be handed over. */
const FAILURE_LENGTH = 300
const KEPT_MS = 30 * 86_400_000

type SendingPorts = Pick<RegistryPorts, 'database' | 'clock' | 'mail' | 'onMailFailed'>

/**
 * Hands over what is due: each mail at least once, and again after a pause that grows where that failed. Before an attempt the
 * mail is put off, so that a process that is killed in it, or a second one, leaves it to a later attempt. Never fails because of a
 * mail.
 *
 * @returns how many were handed over.
 */
export async function sendMails(ports: SendingPorts): Promise<number> {
  const { database, clock, mail: sending } = ports
  if (sending === undefined) return 0
  const due = await database.listDueMails(clock(), MAILS_PER_CALL)
  let sent = 0
  for (const mail of due) {
    if (!(await database.claimMail(mail, clock() + pauseAfter(mail.attempts)))) continue
    const transfer = mail.transfer === null ? null : await database.findTransfer(mail.transfer)
    const message = composeMail(mail, { transfer, registry: sending.registry, now: clock() })
    try {
      await sending.port.send(message)
    } catch (error) {
      const reason = shortened(error, mail)
      await database.mailFailed(mail.id, reason)
      ports.onMailFailed?.({ mail: mail.id, kind: mail.kind, attempts: mail.attempts + 1, reason })
      continue
    }
    await database.mailSent(mail.id, clock())
    sent += 1
  }
  return sent
}

/** Forgets addresses of mails that were handed over long ago. */
export async function forgetMails({
  database,
  clock,
}: Pick<RegistryPorts, 'database' | 'clock'>): Promise<void> {
  await database.sweepMails(clock() - KEPT_MS)
}

function pauseAfter(attempts: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts, 20))
}

/** Servers for mail repeat the address in their answers, which must not be told on. */
function shortened(error: unknown, { recipient }: MailRow): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replaceAll(recipient, '…').replaceAll(/\s+/g, ' ').slice(0, FAILURE_LENGTH)
}
