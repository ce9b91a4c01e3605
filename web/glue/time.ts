// How a time is written, as shared/recording/clock.hpp does it.

/** Time from the start, or a length of time: 3725.46 is "1:02:05.4". Cut off, not rounded; hours always. */
export function elapsed(seconds: number, decimals = 1): string {
  const scale = 10 ** decimals;
  const all = Math.floor(Math.max(0, seconds) * scale + 1e-6);
  const whole = Math.floor(all / scale);
  const two = (value: number) => String(value).padStart(2, '0');
  const part = decimals > 0 ? `.${String(all % scale).padStart(decimals, '0')}` : '';
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}${part}`;
}

/** By the clock, so many seconds after `start` ("2024-05-03 09:51:24", or the time alone): "09:52:00.5". */
export function timeOfDay(start: string, seconds: number, decimals = 0): string {
  const [, hour, minute, second] = /(\d\d):(\d\d):(\d\d(?:\.\d+)?)$/.exec(start) ?? [];
  if (hour === undefined) return '';
  const day = 86400;
  const at = (Number(hour) * 3600 + Number(minute) * 60 + Number(second) + seconds) % day;
  return elapsed(at < 0 ? at + day : at, decimals).padStart(8 + (decimals > 0 ? decimals + 1 : 0), '0');
}

/** A place in a recording: "0:24:39.5", and by the clock where its start is known: "0:24:39.5 (09:51:24.5)". */
export function place(recording: { start?: string } | null, seconds: number, decimals = 1): string {
  const clock = recording?.start ? timeOfDay(recording.start, seconds, decimals) : '';
  return elapsed(seconds, decimals) + (clock ? ` (${clock})` : '');
}
