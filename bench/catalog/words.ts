import { type Chance, commonRank } from './chance.ts'

// Words in the order of how often they are used, roughly as in descriptions of models and programs.

const GRAMMAR =
  'the and to of a for with in is on it you or from as by an that this be are can your at if not will when all which has use one more into no its only than any each other also out up but how after before they via per without over then most every so between while both do new some same where does under about through once own must'

const FIELD =
  'model models worker run runs text inference server language support gpu memory data image fast cpu input output format api default request training file install quantized token tokens speech version batch cuda streaming config size audio weights latency release open memory local time context quality context prompt code voice vision video embedding embeddings device results precision throughput accuracy chat http json port command path build linux download users license documents search generation detection recognition translation transcription classification segmentation summarization pipeline backend runtime hardware driver apple nvidia amd intel vulkan metal rocm arm windows macos container offline private production small large tiny base medium instruct distilled multilingual english chinese german french spanish japanese korean arabic hindi portuguese russian italian dutch polish turkish benchmark dataset tokenizer attention transformer diffusion encoder decoder sampler scheduler adapter lora checkpoint gguf onnx safetensors tensorrt openvino coreml tflite pytorch precision float16 bfloat16 int8 int4 kernel cache parallel tensor layer vector index rerank retrieval rag agent tool function schema grammar timestamp speaker microphone subtitle caption noise music vocals drums singing melody picture photo scan page table invoice receipt handwriting formula barcode face pose depth object box mask pixel frame resolution upscaling background portrait logo sprite texture mesh camera robot sensor satellite medical radiology legal finance moderation safety toxicity spam privacy redaction anonymization sentiment entity keyword topic cluster anomaly forecast fraud recommendation protein molecule genome weather chess theorem compiler debugger'

const GENERAL =
  'first set see make need needs work works start start high low best simple easy quick single many different several available current latest stable example examples note requires required optional options parameters value values name number list system process machine computer desktop laptop phone browser cloud cluster node network internet service client library package module project community team company research paper author maintainer contributor issue question answer bug fix change feature improvement update upgrade limit limits test tests check error errors message log logs debug monitor metric measure measured result average real world people customer student teacher doctor developer engineer artist musician writer editor reader office school hospital factory shop home street city country kitchen garden forest river mountain ocean desert winter summer morning evening night day week month year minute second hour moment history future story book chapter letter sentence paragraph word line column row cell key label field record entry item group class type kind sort order rank level step stage phase part piece section block unit point place position area region zone space room door window wall floor roof bridge tower station harbour airport engine motor wheel battery screen keyboard mouse printer scanner speaker headphone sensor switch cable antenna radio signal channel frequency band noise filter mixer studio stage concert theatre film cinema museum gallery painting sculpture drawing sketch poster magazine newspaper report essay novel poem song lyric melody rhythm tempo harmony chord scale string piano guitar violin trumpet drum flute choir orchestra market price cost budget invoice payment account bank loan tax insurance contract agreement policy law court judge lawyer police prison border passport visa ticket hotel restaurant menu recipe bread cheese butter sugar salt pepper garlic onion tomato potato carrot apple orange lemon banana grape berry coffee tea water juice wine beer bottle glass plate spoon knife fork table chair bed lamp mirror carpet curtain pillow blanket towel soap brush paint wood stone metal glass paper plastic leather cotton wool silk gold silver copper iron steel tin lead coal oil gas steam electricity solar wind nuclear energy power force speed weight length width height depth distance angle shape circle square triangle curve surface volume colour red green blue yellow black white grey brown purple pink bright dark light heavy soft hard warm cold wet dry clean dirty sharp smooth rough thick thin wide narrow deep shallow near far early late young old rich poor strong weak happy sad angry calm brave shy clever wise honest polite kind rude lazy busy free empty full open closed public secret common rare strange normal special famous local foreign modern ancient digital virtual mobile remote manual automatic robust reliable scalable portable lightweight efficient accurate flexible modular configurable experimental deterministic reproducible'

const SYLLABLES =
  'ka ri no ta vel mi sor lu zen pra qui do fen gal hy jo kre lam mo nu pex rho sil tor uv vi wen xa yl zo'.split(
    ' ',
  )
const ENDINGS =
  'kit flow net forge lab base stack wave mind core hub serve craft works link scope cast gen sync bit former ment tion ity ance ist ology graph meter ship ward'.split(
    ' ',
  )

/** The words that are written in full; after them come ever rarer names that people coin. */
const WRITTEN: readonly string[] = [
  ...new Set(`${GRAMMAR} ${interleaved(FIELD.split(' '), GENERAL.split(' '))}`.split(' ')),
]

/** How many words there are in all. As in natural text, half of them stand in one or two documents of a thousand. */
const VOCABULARY = 60_000

/** More than 1 makes rare words rarer than Zipf's law with exponent 1 does, as they are in text of one field. */
const STEEPNESS = 1.4

/** A word of any kind, by Zipf's law. */
export function anyWord(random: Chance): string {
  return wordAt(commonRank(random.next() ** STEEPNESS, VOCABULARY))
}

/** The word of this rank, from 0: `the` is the most common one. */
export function wordAt(rank: number): string {
  return WRITTEN[rank] ?? coinedWord(rank - WRITTEN.length)
}

/** How many different words {@link coinedWord} has. */
const COINED = 30 ** 3 * ENDINGS.length
/** Shares no factor with {@link COINED}, so that neighbours get words that have nothing in common, and all different ones. */
const STRIDE = 339_979

/** A name that nothing else has: different for different numbers below 648,000. */
export function coinedWord(number: number): string {
  let rest = (number * STRIDE) % COINED
  const part = (values: readonly string[]) => {
    const value = values[rest % values.length]
    rest = Math.floor(rest / values.length)
    return value
  }
  return [SYLLABLES, SYLLABLES, SYLLABLES, ENDINGS].map(part).join('')
}

/** The rank of the first word that is coined. */
export const FIRST_COINED = WRITTEN.length

function interleaved(some: readonly string[], others: readonly string[]): string {
  const length = Math.max(some.length, others.length)
  return Array.from({ length }, (_, index) => [some[index], others[index]])
    .flat()
    .filter((word) => word !== undefined)
    .join(' ')
}
