// TensorFlow's start-up lines on stderr obey no environment variable, so its logging library (absl) is told to keep errors only,
// before anything else of it starts (-z initfirst). The namespace holds absl's version: where it does not link, set-up builds without.
namespace absl { inline namespace lts_20250814 { enum class LogSeverityAtLeast : int { kError = 2 }; void SetMinLogLevel(LogSeverityAtLeast); } }

__attribute__((constructor)) static void quiet() { absl::SetMinLogLevel(absl::LogSeverityAtLeast::kError); }
