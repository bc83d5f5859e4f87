/** Why a reading failed, as a sentence for people, in which no secret appears. */
export class ReadingFailed extends Error {
  override readonly name = "ReadingFailed";
}
