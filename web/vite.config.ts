import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// `npm run dev` serves the page itself and passes /api and /readyz on to a running stack.
const api = process.env["JEG_API_URL"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  build: { outDir: "../api/static", emptyOutDir: true, target: "es2022" },
  server: { proxy: Object.fromEntries(["/api", "/readyz"].map((path) => [path, { target: api, changeOrigin: true }])) },
});
