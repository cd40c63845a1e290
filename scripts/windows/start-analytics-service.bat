@echo off
call "%~dp0..\run.bat" start-analytics %*
exit /b %errorlevel%
