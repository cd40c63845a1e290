@echo off
call "%~dp0..\run.bat" start-chat %*
exit /b %errorlevel%
