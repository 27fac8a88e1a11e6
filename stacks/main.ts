import { VisionApp } from "./app";

new VisionApp().synth();
