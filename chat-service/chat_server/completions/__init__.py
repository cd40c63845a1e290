"""The API of OpenAI for other programs: models and chat completions, which are answered and not stored."""
