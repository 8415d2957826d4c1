import type { MailMessage } from '../ports/mail.ts'
import type { MailRow } from '../ports/mail-queue.ts'
import type { TransferRow } from '../ports/transfers.ts'

/** What a mail needs to say what it says. */
export interface MailSubject {
  readonly transfer: TransferRow | null
  /** Address of the registry, without a slash at the end; null where it does not know its own. */
  readonly registry: string | null
  readonly now: number
}

/**
 * Puts a mail together. What strangers wrote stands in it as quoted lines, so that it cannot be taken for the registry's own
 * words; ids have no characters that could end a header.
 */
export function composeMail(mail: MailRow, subject: MailSubject): MailMessage {
  const { title, paragraphs } = contentOf(mail, subject)
  return {
    id: `${mail.id}.${mail.createdAt}`,
    to: mail.recipient,
    subject: title,
    text: `${[...paragraphs.map(wrapped), signature(subject)].join('\n\n')}\n`,
    at: subject.now,
  }
}

interface Content {
  readonly title: string
  readonly paragraphs: readonly string[]
}

function contentOf(mail: MailRow, subject: MailSubject): Content {
  if (mail.kind === 'contact_changed') return contactChanged(mail)
  const { transfer } = subject
  if (transfer === null) throw new Error(`mail ${mail.id} is about a transfer that there is not`)
  const { worker } = transfer
  const objection = mail.toOwner ? [howToObject(transfer, subject)] : []
  switch (mail.kind) {
    case 'transfer_asked':
      return {
        title: `Somebody asks for the worker ${worker}`,
        paragraphs: [
          asked(transfer),
          'Nothing changes before the staff of the registry has looked at it and a waiting time has passed.',
          ...objection,
        ],
      }
    case 'transfer_approved':
      return {
        title: `The worker ${worker} gets another owner on ${day(subject.now + transfer.waitMs)}`,
        paragraphs: [
          `The staff of the registry approved this:\n\n${quoted(transfer.review?.reason)}`,
          asked(transfer),
          `It takes effect ${inWords(transfer.waitMs)} after this mail was sent, unless somebody objects. From then on the former ` +
            `owner's tokens publish nothing of ${worker} any more. What is published stays as it is.`,
          ...objection,
        ],
      }
    case 'transfer_refused':
      return {
        title: `The worker ${worker} keeps its owner`,
        paragraphs: [
          `The staff of the registry refused this:\n\n${quoted(transfer.review?.reason)}`,
          asked(transfer),
        ],
      }
    case 'transfer_cancelled':
      return {
        title: `The worker ${worker} keeps its owner`,
        paragraphs: [`What was asked for is cancelled:\n\n${quoted(transfer.end?.reason)}`, asked(transfer)],
      }
    case 'transfer_done':
      return {
        title: `The worker ${worker} has another owner`,
        paragraphs: [
          `${worker} belongs to ${nameOf(transfer.to)} now, and not to ${nameOf(transfer.from)} any more.`,
          asked(transfer),
          'Its releases stay as they are. A publisher key that is bound to it stays bound: a new one takes a change that the ' +
            'old key signs, or the staff of the registry.',
        ],
      }
  }
}

function contactChanged({ token }: MailRow): Content {
  return {
    title: 'The address of a publish token was changed',
    paragraphs: [
      `Mail about the token ${token} goes to another address from now on, and for thirty days to this one as well.`,
      'If it was not you who changed it, somebody else has the token: tell the operators of the registry, and revoke it.',
    ],
  }
}

function asked({ id, worker, kind, from, to, reason, askedAt }: TransferRow): string {
  const what =
    kind === 'transfer'
      ? `On ${day(askedAt)} the owner of ${worker} asked to give it away.`
      : `On ${day(askedAt)} somebody asked to adopt ${worker} as an orphaned worker.`
  return `${what}\n\n  from: ${nameOf(from)}\n  to:   ${nameOf(to)}\n  transfer: ${id}\n\nThe reason that was given:\n\n${quoted(reason)}`
}

function howToObject({ id, objection }: TransferRow, { registry }: MailSubject): string {
  const place = registry === null ? '' : ` \\\n    --registry ${registry}`
  const command = `  rbee-publish transfer object ${id} \\\n    --code ${objection} \\\n    --reason "why"${place}`
  return `If this should not happen, object. No token is needed:\n\n${command}`
}

function signature({ registry }: MailSubject): string {
  return `-- \nThe rbee registry${registry === null ? '' : ` at ${registry}`}\nNobody reads answers to this address.`
}

function nameOf(owner: string): string {
  if (owner === 'operator') return 'the operators of the registry'
  return owner.startsWith('token:')
    ? `the holder of the token ${owner.slice('token:'.length)}`
    : 'its catalog'
}

function quoted(text: string | undefined): string {
  return (text ?? '')
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n')
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

const UNITS = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1000, 'second'],
] as const

/** Lines that mail programs of every kind show whole (RFC 5322, 2.1.1); what is set off stays as it is. */
const LINE_LENGTH = 76

function wrapped(paragraph: string): string {
  return paragraph
    .split('\n')
    .map((line) => (/^[ >]/.test(line) ? line : line.replaceAll(BREAKS, '$1\n').trimEnd()))
    .join('\n')
}

const BREAKS = new RegExp(`(\\S.{0,${LINE_LENGTH - 1}})(?:\\s+|$)`, 'g')

function inWords(milliseconds: number): string {
  for (const [size, unit] of UNITS) {
    const count = milliseconds / size
    if (count >= 1 && Number.isInteger(count)) return `${count} ${unit}${count === 1 ? '' : 's'}`
  }
  return `${Math.ceil(milliseconds / 1000)} seconds`
}
