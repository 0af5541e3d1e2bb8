// An audio worklet: every 100 ms it posts its 16-bit samples and their level.

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.begin();
  }

  begin() {
    this.samples = new Int16Array(Math.round(sampleRate / 10));
    this.filled = 0;
    this.energy = 0;
  }

  process([[channel]]) {
    for (const value of channel ?? []) {
      const sample = Math.max(-1, Math.min(1, value));
      this.samples[this.filled++] = Math.round(sample * 0x7fff);
      this.energy += sample * sample;
      if (this.filled === this.samples.length) this.send();
    }
    return true;
  }

  send() {
    const level = 10 * Math.log10(this.energy / this.filled + 1e-10); // dB of full scale, -100 at least
    this.port.postMessage({ samples: this.samples, level }, [this.samples.buffer]);
    this.begin();
  }
}

registerProcessor("capture", Capture);
